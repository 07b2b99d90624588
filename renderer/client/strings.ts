// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const pagesKeyExpiredUseAddress = 'This page’s key has expired. Use the address that kAudit Tray printed.';
export const kAuditTrayDoesntRespondCheck = 'kAudit Tray doesn’t respond. Check whether it’s still running, and start it again if not.';
export const somethingWentWrongPageNothing = 'Something went wrong on this page. Nothing was written. Reload it.';
