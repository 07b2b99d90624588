// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const integrationValueWords = (value: number, words: string) => `Integration ${value}${words}`;
export const noTypeSoKAuditDoesnt = (entry: string) =>
  `${entry} has no type, so kAudit doesn’t know what to send. Set it to detections, selections or activity.`;
export const noTargetSoSendsNowhere = (entry: string) => `${entry} has no target, so it sends nowhere. Add a target.`;
export const ofTarget = (value: number) => ` of target ${value}`;
export const targetTypeMissingKAuditDoesnt = (which: string, entry: string) =>
  `The target-type${which} is missing in ${entry}: kAudit doesn’t know how to send. Choose one, for example http-api.`;
export const missingThereNowhereSendEnter = (name: string, which: string, entry: string) =>
  `${name}${which} is missing in ${entry}: there is nowhere to send to. Enter it.`;
export const keyHttpApiTokenMissing = (which: string, entry: string) =>
  `The key (http-api-token)${which} is missing in ${entry}: Coralogix refuses data without it. Enter it, or refer to a value with ref/http-api-token.`;
export const missingNeedsEnter = (name: string, which: string, entry: string, type: string) =>
  `${name}${which} is missing in ${entry}, and ${type} needs it. Enter it.`;
export const sameMapTwiceLineHere = (at: undefined | string | number, line: number) =>
  `${at} is in the same map twice, on line ${line} and here; kAudit uses the last. Remove one of them in the text.`;
export const removeFirstOne = 'Remove the first one';
