// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const theCluster = (name: string) => `The cluster “${name}”`;
export const certificateAuthorityInsecureSkipTls = (server: string) =>
  `${server} has a certificate-authority and insecure-skip-tls-verify: the server wouldn’t be verified. Remove one of the two.`;
export const theUser = (name: string) => `The user “${name}”`;
export const clientCertificateWithoutClientKey = (who: string) => `${who} has a client-certificate without its client-key.`;
export const tokenUsernamePasswordOnlyOne = (who: string) =>
  `${who} has a token and a username with password: only one of them can be sent.`;
export const execPluginAuthProviderOnly = (who: string) => `${who} has an exec plugin and an auth-provider: only one of them can sign in.`;
export const uidGroupsUserExtraWithout = (who: string) =>
  `${who} has as-uid, as-groups or as-user-extra without "as": the API server wouldn’t know who to act as.`;
export const signsInAuthProviderWhichKubernetes = (who: string, name: string) =>
  `${who} signs in with the auth-provider “${name}”, which Kubernetes has removed in favour of exec plugins.`;
export const execPluginWhoseApiVersionNeither = (who: string, execApi: string) =>
  `${who} has an exec plugin whose apiVersion is neither ${execApi}v1 nor ${execApi}v1beta1.`;
export const usernameTokenFileOnlyOneThem = (who: string) => `${who} has a username and a tokenFile: only one of them can be sent.`;
export const passwordWithoutUsername = (who: string) => `${who} has a password without a username.`;
export const dataRemoveOneTwoKubectl = (owner: string, field: string) =>
  `${owner} has ${field}-data and ${field}. Remove one of the two, as kubectl asks.`;
export const isntUtf8TextSave = 'It isn’t UTF-8 text. Save it as UTF-8, or restore the file.';
export const fileHoldsSeveralYamlDocuments = 'This file holds several YAML documents. Only the first one is used, as with kubectl.';
export const isntValidYamlCorrectThere = (where: string) => `It isn’t valid YAML${where}. Correct it there, or restore the file.`;
export const isntKubeconfigShouldHaveClusters = 'It isn’t a kubeconfig: it should have clusters, users and contexts.';
export const isntKubeconfigKindIsntConfig = 'It isn’t a kubeconfig: its kind isn’t Config, or its apiVersion isn’t v1.';
export const andMore = (value: number) => `And ${value} more.`;
export const shouldList = (field: string) => `"${field}" should be a list.`;
export const noName = (field: string, index: number) => `${field}[${index}] has no name.`;
export const nameTooLongControlCharacters = (field: string, index: number) =>
  `${field}[${index}] has a name that is too long or has control characters, so it’s left out.`;
export const thereTwoNamedFirstOne = (field: string, name: string) => `There are two ${field} named “${name}”: the first one is used.`;
export const notBase64 = ' (it isn’t base64)';
export const missingWrong = (body: string, name: string, fields: string) => `The ${body} “${name}” has a missing or wrong ${fields}.`;
export const contextsStayTheyUntilCan = (problem: string) => `${problem} Its contexts stay as they were until it can be read.`;
export const isntRegularFile = 'It isn’t a regular file.';
export const largerThanAnyKubeconfig = 'It’s too large for a kubeconfig.';
export const fileDoesntExistCreate = 'This file doesn’t exist. Create it, set KUBECONFIG, or start with --kubeconfig FILE.';
export const dontPermissionReadChangePermissions = 'You don’t have permission to read it. Change its permissions.';
export const cantBeRead = (code: string) => `It can’t be read (${code}).`;
export const contextNamesClusterWhichNo = (context: string, clusterName: string) =>
  `Context “${context}” names the cluster “${clusterName}”, which is in no kubeconfig file.`;
export const clusterServerIsntHttpHttps = (clusterName: string) =>
  `The cluster “${clusterName}” has a server that isn’t an http or https address.`;
export const clusterProxyUrlIsntHttp = (clusterName: string) =>
  `The cluster “${clusterName}” has a proxy-url that isn’t an http, https or socks5 address.`;
export const contextNamesUserWhichNo = (context: string, userName: string) =>
  `Context “${context}” names the user “${userName}”, which is in no kubeconfig file.`;
export const correctRemoveContextThere = (file: string) => `Correct it in ${file}, or remove the context there.`;
export const noBase64 = 'no base64';
export const atLine = (line: number, column: number) => ` at line ${line}, column ${column}`;
