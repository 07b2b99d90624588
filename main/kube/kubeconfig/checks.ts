import type { ClusterEntry, UserEntry } from './entries.ts';

const EXEC_API = 'client.authentication.k8s.io/';

/** A sentence that names the field; null: nothing is wrong. As kubectl, which reads credentials only over https. */
export function refusal(cluster: ClusterEntry, user: UserEntry | null): string | null {
  const server = `The cluster "${cluster.name}"`;
  if (cluster.caData !== undefined && cluster.caFile !== undefined) return twice(server, 'certificate-authority');
  // SECURITY: otherwise the CA would be ignored, and any server accepted.
  if (cluster.skipTlsVerify && (cluster.caData ?? cluster.caFile) !== undefined && !isPlain(cluster)) {
    return `${server} has a certificate-authority and insecure-skip-tls-verify: the server would not be checked. Remove one of the two.`;
  }
  if (user === null) return null;
  return userRefusal(user) ?? (isPlain(cluster) ? null : credentialRefusal(user));
}

function userRefusal(user: UserEntry): string | null {
  const who = `The user "${user.name}"`;
  if ((user.certData ?? user.certFile) !== undefined) {
    // SECURITY: the connection would be anonymous.
    if ((user.keyData ?? user.keyFile) === undefined) return `${who} has a client-certificate without its client-key.`;
    if (user.certData !== undefined && user.certFile !== undefined) return twice(who, 'client-certificate');
    if (user.keyData !== undefined && user.keyFile !== undefined) return twice(who, 'client-key');
  }
  if (user.token !== undefined && (user.username ?? user.password) !== undefined)
    return `${who} has a token and a username with password: only one of them can be sent.`;
  if (user.exec !== undefined && user.authProvider !== undefined)
    return `${who} has an exec plugin and an auth-provider: only one of them can sign in.`;
  if (user.impersonation !== undefined && user.impersonation.user === undefined)
    return `${who} has as-uid, as-groups or as-user-extra without "as": the API server would not know whom to act as.`;
  return null;
}

function credentialRefusal(user: UserEntry): string | null {
  const who = `The user "${user.name}"`;
  const { username, password, certData, certFile, token, tokenFile, exec, authProvider } = user;
  if (authProvider !== undefined && authProvider.name !== 'oidc')
    return `${who} signs in with the auth-provider "${authProvider.name}", which Kubernetes has removed in favour of exec plugins.`;
  if (exec !== undefined && !['v1', 'v1beta1', 'v1alpha1'].some((version) => exec.apiVersion === EXEC_API + version))
    return `${who} has an exec plugin whose apiVersion is neither ${EXEC_API}v1 nor ${EXEC_API}v1beta1.`;
  if (username !== undefined && tokenFile !== undefined) return `${who} has a username and a tokenFile: only one of them can be sent.`;
  const others = [username, certData, certFile, token, tokenFile, exec, authProvider];
  if (password !== undefined && others.every((value) => value === undefined)) return `${who} has a password without a username.`;
  return null;
}

function twice(owner: string, field: string): string {
  return `${owner} has ${field}-data and ${field}. Remove one of the two, as kubectl asks.`;
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
