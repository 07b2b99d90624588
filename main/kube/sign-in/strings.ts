// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const contextNoPlugin = (context: string) => `Context ${context} has no plugin`;
export const credentialPlugin = (command: undefined | string) => `The login plugin ${command}`;
export const noOneStarted = 'no one has started it';
export const stoppedAfterSeconds = (seconds: number) => `it was stopped after ${seconds} seconds`;
export const notFound = 'not found';
export const cantStarted = (code: undefined | string) => `it can’t be started (${code})`;
export const itWasEndedBy = (killedBy: string | null) => `it was ended by ${killedBy}`;
export const endedExitCode = (code: number) => `it ended with exit code ${code}`;
export const outputIsntExecCredentialTokenCertificate =
  'its output isn’t an ExecCredential with a token, or with a certificate and its key';
export const itCantBeStarted = (code: string) => `it can’t be started${code}`;
export const printfSCommandEnvPrintf = (mark: string) => `printf '%s' ${mark}; command env; printf '%s' ${mark}; exit`;
export const oidcProvider = 'The OIDC provider';
export const tokenExpiredKubeconfigNoRefresh = 'the token has expired, and the kubeconfig has no refresh token';
export const idpIssuerUrlIsntHttps = 'its idp-issuer-url isn’t https, and kAudit Tray sends nothing over plain http';
export const responseNoIdToken = 'its response has no ID token';
export const refreshTokenFailed = 'the refresh of its token failed';
