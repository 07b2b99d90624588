import type { Preset } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';
import * as strings from './strings.ts';

// SECURITY: no message quotes a key.

type Names = Pick<Preset, 'name' | 'applicationName' | 'subsystemName'>;

function presetError(name: string, message: string): AppError {
  return new AppError('preset', message, { about: name });
}

export function noKey({ name }: Pick<Preset, 'name'>): AppError {
  return presetError(name, strings.presetNoKeyKeychainEdit(name));
}

export function changedOutside({ name }: Pick<Preset, 'name'>): AppError {
  return presetError(name, strings.somethingElseChangedKeychainsEntry(name));
}

/** KWallet writes its file some seconds late, and loses the rest if it is killed. */
export function olderKey({ name }: Pick<Preset, 'name'>): AppError {
  return presetError(name, strings.keychainOlderKeyThanLast(name));
}

export function otherDomain({ name, domain }: Pick<Preset, 'name' | 'domain'>, own: string): AppError {
  return presetError(name, strings.keyBelongsButSettingsSay(name, own, domain));
}

export function otherNames(preset: Names, own: Names): AppError {
  const labelOf = ({ name, applicationName, subsystemName }: Names) => `“${name}” (${applicationName} / ${subsystemName})`;
  return presetError(preset.name, strings.settingsCallPresetButKeychain(labelOf(preset), labelOf(own)));
}

export function notTakenAlong(what: string, from: Pick<Preset, 'name' | 'domain'>, to: Pick<Preset, 'domain'>): AppError {
  return presetError(from.name, strings.doesntMoveEnterOne(what, from.name, from.domain, to.domain));
}

export function tooLong({ name }: Pick<Preset, 'name'>, length: number, most: number): AppError {
  return presetError(name, strings.namesKeysTooLongOne(name, length, most));
}

/** Removes blanks, and `Bearer ` from a curl line. Throws for characters that a header can't hold. */
export function cleanKey(text: string, preset: string): string {
  const key = text.trim().replace(/^bearer(\s+|$)/i, '');
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  const reason = key === '' ? strings.isEmpty : strings.spacesCharactersNoKeyCan;
  throw presetError(preset, strings.keyCopyAgainCoralogix(preset, reason));
}
