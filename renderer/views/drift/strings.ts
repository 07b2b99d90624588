// What this room says to people. `npm run check` refuses sentences elsewhere in it.

import { plural } from '../../../main/common/plain-text.ts';

export const drift = 'Drift';
export const exportAs = (format: string) => `Export as ${format}`;
export const comparing = 'Comparing …';
export const nothingCompareYet = 'Nothing to compare yet';
export const connectClustersIntegrationsSameType = 'Connect clusters that have integrations of the same type.';
export const allSame = (count: number) => `all ${count} are the same`;
export const countOfTotalDiffer = (count: number, total: number) => `${count} of ${total} differ`;
export const mostCommonValues = (title: string) => `Most common values of ${title}`;
export const notSet = 'not set';
export const agreeOfCount = (agree: number, count: number) => ` ${agree} of ${count}`;
export const noType = 'no type';
export const open = 'Open';
export const mostHave = (usual: string) => `most have ${usual}`;
export const since = 'since ';
export const matchMost = (words: string, field: string) => `Match most: ${words}, ${field}`;
export const matchMostLabel = 'Match most';
export const matchOthers = (words: string, field: string) => `Match the others to this: ${words}, ${field}`;
export const matchTheOthersToThis = 'Match the others to this';
export const fieldsDiffer = (count: number) => `${plural(count, 'field')} ${count === 1 ? 'differs' : 'differ'}`;
export const nothing = 'nothing';
