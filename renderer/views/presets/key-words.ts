import { ageWords } from '../../../main/common/age.ts';
import type { KeyInfo } from '../../../main/common/preset.ts';

const PLACE: Readonly<Record<KeyInfo['state'], string>> = {
  keychain: 'Key in the keychain',
  memory: 'Key in memory, for this run',
  missing: 'No key',
  gone: 'Key gone from the keychain: enter it again',
  changed: 'Key or domain changed outside: enter the key again',
};

/** "Key in the keychain, set 3 days ago". */
export function keyWords(key: KeyInfo, now: number): string {
  return key.setAt === undefined ? PLACE[key.state] : `${PLACE[key.state]}, set ${ageWords(key.setAt, now)}`;
}
