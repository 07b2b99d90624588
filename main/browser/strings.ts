// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const kAuditTrayDoesntServeAddress = 'kAudit Tray doesn’t serve this address. Open the one that it printed.';
export const kAuditTrayRefusesRequestsOther = 'kAudit Tray refuses requests from other sites.';
export const pagesKeyMissingExpiredOpen = 'This page’s key is missing or has expired. Open the address that kAudit Tray printed.';
export const addressAcceptsOnly = (expected: string) => `This address accepts ${expected} only.`;
export const addressAcceptsApplicationJsonOnly = 'This address accepts application/json only.';
export const requestTooLarge = 'This request is too large.';
export const pageCantReadBuildAgain = 'The page can’t be read. Build it again: npm run build.';
export const addressAcceptsGetOnly = 'This address accepts GET only.';
export const requestIsntJsonObjectName = 'The request isn’t a JSON object {"name", "args"}.';
