import type { ClusterEntry, UserEntry } from './entries.ts';

/** A sentence that names the field; null: nothing is wrong. */
export function refusal(cluster: ClusterEntry, user: UserEntry | null): string | null {
  // SECURITY: otherwise the CA would be ignored, and any server accepted.
  if (cluster.skipTlsVerify && (cluster.caData ?? cluster.caFile) !== undefined && !isPlain(cluster)) {
    return `The cluster "${cluster.name}" has a certificate-authority and insecure-skip-tls-verify: the server would not be checked. Remove one of the two.`;
  }
  if (user === null) return null;
  if (!isPlain(cluster) && hasPasswordAlone(user)) return `The user "${user.name}" has a password without a username.`;
  return userRefusal(user);
}

function userRefusal(user: UserEntry): string | null {
  const who = `The user "${user.name}"`;
  // SECURITY: the connection would be anonymous.
  if ((user.certData ?? user.certFile) !== undefined && (user.keyData ?? user.keyFile) === undefined)
    return `${who} has a client-certificate without its client-key.`;
  if (user.token !== undefined && (user.username ?? user.password) !== undefined)
    return `${who} has a token and a username with password: only one of them can be sent.`;
  if (user.exec !== undefined && user.authProvider !== undefined)
    return `${who} has an exec plugin and an auth-provider: only one of them can sign in.`;
  if (user.impersonation !== undefined && user.impersonation.user === undefined)
    return `${who} has as-uid, as-groups or as-user-extra without "as": the API server would not know whom to act as.`;
  return null;
}

function hasPasswordAlone({ password, username, certData, certFile, token, tokenFile, exec, authProvider }: UserEntry): boolean {
  const others = [username, certData, certFile, token, tokenFile, exec, authProvider];
  return password !== undefined && others.every((value) => value === undefined);
}

export function isPlain(cluster: ClusterEntry): boolean {
  return !/^https:/i.test(cluster.server);
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
