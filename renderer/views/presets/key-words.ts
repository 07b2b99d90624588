import type { KeyInfo } from '../../../main/common/coralogix/preset.ts';
import { ageWords } from '../../../main/common/fleet/age.ts';
import * as strings from './strings.ts';

const PLACE: Readonly<Record<KeyInfo['state'], string>> = {
  keychain: strings.keyKeychain,
  memory: strings.keyMemoryUntilKAuditTray,
  missing: strings.noKey,
  gone: strings.keyGoneKeychainEnterAgain,
  changed: strings.keyDomainChangedOutsideKAudit,
  renamed: strings.namesChangedOutsideKAuditTray,
};

const TROUBLE: Partial<Record<KeyInfo['state'], string>> = {
  gone: strings.keychainNoLongerPresetsKey,
  changed: strings.somethingElseChangedPresetsEntry,
  renamed: strings.somethingElseChangedPresetsNames,
};

/** A desktop may have two keyrings; the first to start responds. */
export const NO_ENTRY = strings.keychainNoLongerHadKey;

export function keyTrouble({ state }: KeyInfo): string | null {
  return TROUBLE[state] ?? null;
}

export function isUsable({ state }: KeyInfo): boolean {
  return state === 'keychain' || state === 'memory' || state === 'renamed';
}

export function configuredWords(key: KeyInfo, now: number): string {
  const state = key.state === 'memory' ? strings.configuredMemoryUntilKAuditTray : strings.configured;
  return key.setAt === undefined ? state : strings.stateSetAgeWords(state, ageWords(key.setAt, now));
}

export function keyWords(key: KeyInfo, now: number): string {
  return key.setAt === undefined || keyTrouble(key) !== null
    ? PLACE[key.state]
    : strings.placeSetAgeWords(PLACE[key.state], ageWords(key.setAt, now));
}
