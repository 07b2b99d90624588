// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const apiServerReturned = (status: number, reason: string) => `The API server returned ${status} ${reason}`;
export const itReturned = (status: number) => `it returned ${status}.`;
export const doesntExist = 'doesn’t exist';
export const cantReadLackPermission = 'can’t be read for lack of permission';
export const cantUsed = 'can’t be used';
export const fileWhichContextNeeds = (path: string, context: string, message: string) =>
  `The file ${path}, which context ${context} needs, ${message}.`;
export const putFileBackCorrectPath = 'Put the file back, or correct its path in the kubeconfig.';
export const requestAboutCancelled = (about: string) => `The request about ${about} was cancelled.`;
export const yourUser = 'Your user';
export const userUser = (user: string) => `User "${user}"`;
export const doesntPermissionConfigMaps = (words: string, verb: string, namespaces: string) =>
  `${words} doesn’t have permission to ${verb} ConfigMaps in ${namespaces}.`;
export const askAdministratorApplyRoleIf = (roleFor: string) =>
  `Ask an administrator to apply this Role. If kAudit is in another namespace, add it in Settings.\n${roleFor}`;
export const doesntAcceptCredentialsTheyreWrong = (server: string, whose: string) =>
  `${server} doesn’t accept the credentials of ${whose}: they’re wrong or have expired.`;
export const signInAgainThenConnect = 'Sign in again, then connect.';
export const addNewCredentialsKubeconfigThen = 'Add new credentials to the kubeconfig, then connect again.';
export const treatsAnonymousNoCredentialsSent = (server: string, whose: string) =>
  `${server} treats ${whose} as anonymous: no credentials were sent.`;
export const wholeCluster = 'the whole cluster';
export const sentMoreDataThanKubernetes = (server: string) => `${server} sent more data than a Kubernetes API server does.`;
export const checkServerAddressContext = 'Check the server address of the context.';
export const respondsButNotKubernetesApi = (server: string) => `${server} responds, but not as a Kubernetes API server does.`;
export const checkServerAddressContextWhether =
  'Check the server address of the context, and whether the network redirects to a login page.';
export const theApiServerAtReturned = (server: string, status: number, reason: string) =>
  `The API server at ${server} returned ${status} ${reason}.`;
export const waitUntilHealthyAgainKAudit = 'Wait until it’s healthy again. kAudit Tray retries automatically.';
export const changeAddressKubeconfigNoCredentials =
  'Change its address to https:// in the kubeconfig: no credentials are sent over plain http.';
export const giveContextUserCredentialsKubeconfig = 'Give the context a user with credentials in the kubeconfig.';
export const isntInstalledIsntPath = (who: string) => `${who} isn’t installed or isn’t on the PATH.`;
export const installThenConnectAgain = 'Install it, then connect again.';
export const credentialsExpiredMayPromptSo = (who: string) =>
  `Its credentials have expired. ${who} may prompt you, so it runs only when you start it.`;
export const signInOrAllowSignInRunAutomatically = 'Sign in, or allow this sign-in to run automatically.';
export const returnedNoCredentials = (who: string, message: string) => `${who} returned no credentials: ${message}.`;
export const signInTerminalThenConnectAgain = 'Sign in with it in a terminal, then connect again.';
export const credentialContainsCharactersCantSent = (whose: string) => `A credential of ${whose} contains characters that can’t be sent.`;
export const correctKubeconfig = 'Correct it in the kubeconfig.';
export const proxyBlockedConnection = (proxyHost: string, server: string) => `The proxy ${proxyHost} blocked the connection to ${server}.`;
export const checkProxyUrlHttpsProxy = 'Check proxy-url or HTTPS_PROXY, and whether the proxy is running.';
export const nameDoesntResolve = (server: string) => `The name of ${server} doesn’t resolve.`;
export const checkServerAddressConnectVpn = 'Check the server address, and connect to the VPN that knows this name.';
export const nothingListensConnectionRefused = (server: string) => `Nothing listens at ${server}: the connection was refused.`;
export const startClusterCorrectPortKubeconfig = 'Start the cluster, or correct the port in the kubeconfig.';
export const theresNoRoute = (server: string) => `There’s no route to ${server}.`;
export const checkNetworkVpn = 'Check the network and the VPN.';
export const didntRespondWithinSeconds = (server: string, max: number) => `${server} didn’t respond within ${max} seconds.`;
export const checkVpnFirewallBetweenHere = 'Check the VPN and the firewall between here and the cluster.';
export const certificateExpired = (server: string) => `The certificate of ${server} has expired.`;
export const renewApiServersCertificateCheck = 'Renew the API server’s certificate, and check this computer’s clock.';
export const certificateIsntValidYet = (server: string) => `The certificate of ${server} isn’t valid yet.`;
export const checkComputersClock = 'Check this computer’s clock.';
export const certificateAnotherName = (server: string) => `The certificate of ${server} is for another name.`;
export const useNameCertificateSetTls = 'Use the name in the certificate, or set tls-server-name in the kubeconfig.';
export const certificateSignedAuthorityComputerDoesnt = (server: string) =>
  `The certificate of ${server} is signed by an authority that this computer doesn’t trust.`;
export const addClustersCaCertificateAuthority = 'Add the cluster’s CA to certificate-authority-data in the kubeconfig.';
export const tlsFailed = (server: string) => `TLS with ${server} failed.`;
export const checkServerUsesHttpsPort =
  'Check that the server uses https on this port, and that the kubeconfig’s CA and client certificate are complete.';
export const doesntSpeakHttpWayKubeconfig = (server: string) => `${server} doesn’t speak HTTP the way the kubeconfig says.`;
export const checkPortServerAddressWhether = 'Check the port of the server address, and whether it needs http:// or https://.';
export const connectionCut = (server: string) => `The connection to ${server} was cut.`;
export const checkNetworkVpnKAuditTray = 'Check the network and the VPN. kAudit Tray retries automatically.';
export const cantReached = (server: string, words: string) => `${server} can’t be reached${words}.`;
export const checkNetworkServerAddressContext = 'Check the network and the server address of the context.';
export const ofTheKubeconfig = 'of the kubeconfig';
export const user = (user: string) => `user ${user}`;
export const proxyFrontAsksCredentials = (server: string) => `The proxy in front of ${server} asks for credentials.`;
export const addThemProxyUrlHttps = 'Add them to proxy-url or HTTPS_PROXY.';
export const letsKAuditTrayFindChange = (integrationKey: string, namespace: string) =>
  `# Lets kAudit Tray find and change ${integrationKey} in ${namespace}.`;
export const apiVersionRbacAuthorizationK8sIo = 'apiVersion: rbac.authorization.k8s.io/v1';
export const kindRole = 'kind: Role';
export const nameKauditTray = '  name: kaudit-tray';
export const namespaceNamespace = (namespace: string) => `  namespace: ${namespace}`;
export const apiGroups = '  - apiGroups: [""]';
export const resourcesConfigmaps = '    resources: [configmaps]';
export const verbsVerbs = (VERBS: string) => `    verbs: [${VERBS}]`;
export const thenKubectlCreateRolebindingKaudit = (namespace: string, quoted: string) =>
  `# Then: kubectl create rolebinding kaudit-tray -n ${namespace} --role=kaudit-tray --user=${quoted}`;
