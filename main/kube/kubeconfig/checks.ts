import type { ClusterEntry, UserEntry } from './entries.ts';
import * as strings from './strings.ts';

const EXEC_API = 'client.authentication.k8s.io/';

/** A sentence that names the field; null: nothing is wrong. As kubectl, which checks credentials only for https. */
export function refusal(cluster: ClusterEntry, user: UserEntry | null): string | null {
  const server = strings.theCluster(cluster.name);
  if (cluster.caData !== undefined && cluster.caFile !== undefined) return twice(server, 'certificate-authority');
  // SECURITY: otherwise the CA would be ignored, and any server accepted.
  if (cluster.skipTlsVerify && (cluster.caData ?? cluster.caFile) !== undefined && !isPlain(cluster)) {
    return strings.certificateAuthorityInsecureSkipTls(server);
  }
  if (user === null) return null;
  return userRefusal(user) ?? (isPlain(cluster) ? null : credentialRefusal(user));
}

function userRefusal(user: UserEntry): string | null {
  const who = strings.theUser(user.name);
  if ((user.certData ?? user.certFile) !== undefined) {
    // SECURITY: the connection would be anonymous.
    if ((user.keyData ?? user.keyFile) === undefined) return strings.clientCertificateWithoutClientKey(who);
    if (user.certData !== undefined && user.certFile !== undefined) return twice(who, 'client-certificate');
    if (user.keyData !== undefined && user.keyFile !== undefined) return twice(who, 'client-key');
  }
  if (user.token !== undefined && (user.username ?? user.password) !== undefined) return strings.tokenUsernamePasswordOnlyOne(who);
  if (user.exec !== undefined && user.authProvider !== undefined) return strings.execPluginAuthProviderOnly(who);
  if (user.impersonation !== undefined && user.impersonation.user === undefined) return strings.uidGroupsUserExtraWithout(who);
  return null;
}

function credentialRefusal(user: UserEntry): string | null {
  const who = strings.theUser(user.name);
  const { username, password, certData, certFile, token, tokenFile, exec, authProvider } = user;
  if (authProvider !== undefined && authProvider.name !== 'oidc') return strings.signsInAuthProviderWhichKubernetes(who, authProvider.name);
  if (exec !== undefined && !['v1', 'v1beta1', 'v1alpha1'].some((version) => exec.apiVersion === EXEC_API + version))
    return strings.execPluginWhoseApiVersionNeither(who, EXEC_API);
  if (username !== undefined && tokenFile !== undefined) return strings.usernameTokenFileOnlyOneThem(who);
  const others = [username, certData, certFile, token, tokenFile, exec, authProvider];
  if (password !== undefined && others.every((value) => value === undefined)) return strings.passwordWithoutUsername(who);
  return null;
}

function twice(owner: string, field: string): string {
  return strings.dataRemoveOneTwoKubectl(owner, field);
}

export function isPlain(cluster: Pick<ClusterEntry, 'server'>): boolean {
  return !/^https:/i.test(cluster.server);
}

/** Whether the address holds a name or a password. */
export function hasCredentials(server: string): boolean {
  const { username, password } = new URL(server);
  return username !== '' || password !== '';
}

/** Keeps impersonation: it isn't secret, and kubectl sends it too. */
export function withoutCredentials({ name, file, impersonation }: UserEntry): UserEntry {
  return {
    name,
    file,
    impersonation,
    certData: undefined,
    certFile: undefined,
    keyData: undefined,
    keyFile: undefined,
    token: undefined,
    tokenFile: undefined,
    username: undefined,
    password: undefined,
    exec: undefined,
    authProvider: undefined,
  };
}
