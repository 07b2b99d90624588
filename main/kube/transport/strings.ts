// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const certificateAuthority = (caFile: string) => `certificate-authority (${caFile})`;
export const clusterNoCertificatePemForm = (field: string, name: string) =>
  `The ${field} of cluster ${name} has no certificate in PEM form.`;
export const replaceCertificateClustersAuthority = 'Replace it with the certificate of the cluster’s authority.';
export const userName = (name: undefined | string) => `user ${name}`;
export const dataPlugin = (name: string) => `${name}Data of the plugin`;
export const theProblemWho = (problem: string, who: string) => `The ${problem} (${who}).`;
export const correctKubeconfig = 'Correct it in the kubeconfig.';
export const signInAgainOrUpdatePlugin = 'Sign in again, or update the plugin.';
export const noCertificatePemForm = (certField: string) => `${certField} has no certificate in PEM form`;
export const encryptedKAuditTrayCantAsk = (keyField: string) => `${keyField} is encrypted, and kAudit Tray can’t ask for its password`;
export const noPrivateKeyPemForm = (keyField: string) => `${keyField} has no private key in PEM form`;
export const doesntMatch = (keyField: string, certField: string) => `${keyField} doesn’t match the ${certField}`;
export const connectionClosed = 'The connection was closed';
export const noResultWithinMs = (milliseconds: number) => `No result within ${milliseconds} ms`;
export const contextNoCluster = (context: string) => `Context ${context} has no cluster`;
export const tokenFileUserEmpty = (name: undefined | string) => `The tokenFile of user ${name} is empty.`;
export const writeToken = (tokenFile: string) => `Write the token to ${tokenFile}.`;
export const serverSpeaksOnlyHttp2 = 'This server speaks only HTTP/2';
export const serverDoesNotSpeakHttp = 'This server does not speak HTTP/2';
export const theseConnectionsClosed = 'These connections were closed';
export const noResponseStartedWithinMs = (patience: number) => `No response started within ${patience} ms`;
export const noOneReadsResponse = 'No one reads this response';
