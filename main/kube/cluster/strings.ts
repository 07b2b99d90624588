// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const otherPeopleChangedTimesDuring = (name: string, namespace: string, attempts: number) =>
  `Other people changed ${name} in ${namespace} ${attempts} times during the save. Nothing was written. Check their text, then save again.`;
export const apiServerAcceptedChangeBut = (name: string) =>
  `The API server accepted the change to ${name} but stored a different text: something in the cluster rewrites it. Compare the text below with yours.`;
export const savedButSomeoneElseChanged = (name: string) =>
  `${name} was saved, but someone else changed it again before it could be read back. Check what the cluster has now.`;
export const responseAboutLostSomeoneElse = (name: string) =>
  `The response about ${name} was lost, and someone else has changed it since. It isn’t known whether your change was saved first. Check what the cluster has now.`;
export const clusterAcceptedChangeButResult = (name: string, namespace: string) =>
  `The cluster accepted the change to ${name} in ${namespace}, but the result can’t be read back.`;
export const changeSentButResponseLost = (name: string, namespace: string, message: string) =>
  `The change to ${name} in ${namespace} was sent, but the response was lost. It may have been saved. ${message}`;
export const kAuditTrayChecksAgainAutomatically = (what: string) =>
  `${what} kAudit Tray checks again automatically and notifies you of the outcome.`;
export const dontPermissionChangeConfigMapsAsk = (namespace: string) =>
  `You don’t have permission to change ConfigMaps in ${namespace}. Ask an administrator for the verb "patch".`;
export const namespaceBeingDeletedAlongCopy = (namespace: string, name: string) =>
  `The namespace ${namespace} is being deleted, along with ${name}. Copy your text, then deploy kAudit again.`;
export const deletedCopyTextThenDeploy = (name: string, namespace: string) =>
  `${name} in ${namespace} was deleted. Copy your text, then deploy kAudit’s ConfigMap again.`;
export const allNamespaces = 'all namespaces';
export const responseDidntComeKubernetesApi = 'the response didn’t come from a Kubernetes API server';
export const clusterReturned = (status: number) => `the cluster returned ${status}`;
export const needPermissionList = (what: string) => `you need permission to list ${what}`;
export const cantRead = (what: string, namespace: string, why: string) => `The ${what} in ${namespace} can’t be read: ${why}.`;
export const nameInNamespace = (name: string, namespace: string) => `${name} in ${namespace}`;
export const configMapBelongsConnectionAnotherCluster = 'This ConfigMap belongs to the connection of another cluster';
export const notConnectedConnectThenTry = (context: string) => `${context} is not connected. Connect it, then try again.`;
export const configMapImmutableApiServerRefuses =
  'This ConfigMap is immutable: the API server refuses every change. Delete it and create it again with the new text.';
export const argoCd = 'Argo CD';
export const argoCdWillUndoChanges = (argo: string) =>
  `Argo CD will undo changes made here at its next sync. Make them in the Git repository of the application ${argo}.`;
export const fluxWillUndoChangesMade = (flux: string) =>
  `Flux will undo changes made here at its next reconciliation. Make them in the Git source of ${flux}.`;
export const unknownRelease = 'unknown release';
export const nextHelmUpgradeWillOverwrite = (name: string) =>
  `The next "helm upgrade" of ${name} will overwrite changes made here. Make them in the chart’s values file (kauditIntegrationsFile) too.`;
export const anotherTool = 'another tool';
export const mayOverwriteChangesMadeHere = (tool: string) =>
  `${tool} may overwrite changes made here. Make them in the source that ${tool} deploys.`;
export const clusterNoNamespaceNoOther = (defaultNamespace: string) =>
  `This cluster has no namespace ${defaultNamespace}, and no kAudit ConfigMap elsewhere that you have permission to see.`;
export const ifKAuditAnotherNamespaceAdd =
  'If kAudit is in another namespace, add it in Settings. If it isn’t installed here, stop watching this cluster.';
export const noKauditIntegrationConfigMapFound = (namespaces: string) => `No kaudit-integration ConfigMap was found in ${namespaces}.`;
export const ifKAuditAnotherNamespaceAddSettings =
  'If kAudit is in another namespace, add it in Settings. Otherwise deploy kAudit: its ConfigMap comes with it.';
