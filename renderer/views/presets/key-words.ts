import type { KeyInfo } from '../../../main/common/coralogix/preset.ts';
import { ageWords } from '../../../main/common/fleet/age.ts';

const PLACE: Readonly<Record<KeyInfo['state'], string>> = {
  keychain: 'Key in the keychain',
  memory: 'Key in memory until kAudit Tray quits',
  missing: 'No key',
  gone: 'Key gone from the keychain: enter it again',
  changed: 'Key or domain changed outside kAudit Tray: enter the key again',
  renamed: 'Names changed outside kAudit Tray: check and save them',
};

const TROUBLE: Partial<Record<KeyInfo['state'], string>> = {
  gone: 'The keychain no longer has this preset’s key. Enter it again, or remove the preset. If you use several keyrings, another one may have responded.',
  changed:
    'Something else changed this preset’s entry in the keychain, or its domain in the settings. Check the domain, then enter the key again.',
  renamed: 'Something else changed this preset’s names, so the settings and the keychain differ. Check the names below, then save them.',
};

/** A desktop may have two keyrings; the first to start responds. */
export const NO_ENTRY = 'The keychain no longer had its key. If you use several keyrings, check the others.';

export function keyTrouble({ state }: KeyInfo): string | null {
  return TROUBLE[state] ?? null;
}

export function isUsable({ state }: KeyInfo): boolean {
  return state === 'keychain' || state === 'memory' || state === 'renamed';
}

export function configuredWords(key: KeyInfo, now: number): string {
  const state = key.state === 'memory' ? 'Configured, in memory until kAudit Tray quits' : 'Configured';
  return key.setAt === undefined ? state : `${state} · set ${ageWords(key.setAt, now)}`;
}

export function keyWords(key: KeyInfo, now: number): string {
  return key.setAt === undefined || keyTrouble(key) !== null ? PLACE[key.state] : `${PLACE[key.state]}, set ${ageWords(key.setAt, now)}`;
}
