import type { Preset } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';

// SECURITY: no message quotes a key.

type Names = Pick<Preset, 'name' | 'applicationName' | 'subsystemName'>;

function presetError(name: string, message: string): AppError {
  return new AppError('preset', message, { about: name });
}

export function noKey({ name }: Pick<Preset, 'name'>): AppError {
  return presetError(name, `The preset "${name}" has no key in the keychain. Edit the preset and enter its key.`);
}

export function changedOutside({ name }: Pick<Preset, 'name'>): AppError {
  return presetError(name, `Something else changed the keychain’s entry of "${name}". Edit the preset and enter its key again.`);
}

/** KWallet writes its file some seconds late, and loses the rest if it is killed. */
export function olderKey({ name }: Pick<Preset, 'name'>): AppError {
  return presetError(
    name,
    `The keychain has an older key of "${name}" than the last one entered: it lost the newer key, or something else restored the older one. Edit the preset and enter its key again.`,
  );
}

export function otherDomain({ name, domain }: Pick<Preset, 'name' | 'domain'>, own: string): AppError {
  return presetError(
    name,
    `The key of "${name}" belongs to ${own}, but the settings say ${domain}. Nothing was sent. If the new domain is right, edit the preset and enter its key again.`,
  );
}

export function otherNames(preset: Names, own: Names): AppError {
  const told = ({ name, applicationName, subsystemName }: Names) => `"${name}" (${applicationName} / ${subsystemName})`;
  return presetError(
    preset.name,
    `The settings call a preset ${told(preset)}, but the keychain calls it ${told(own)}: something else changed one of them. Nothing was sent. Edit the preset, check its names and save it.`,
  );
}

export function notTakenAlong(what: string, from: Pick<Preset, 'name' | 'domain'>, to: Pick<Preset, 'domain'>): AppError {
  return presetError(
    from.name,
    `${what} of "${from.name}" is for ${from.domain} and doesn’t move to ${to.domain}. Enter one of ${to.domain}.`,
  );
}

export function tooLong({ name }: Pick<Preset, 'name'>, length: number, most: number): AppError {
  return presetError(
    name,
    `The names and keys of "${name}" are too long for one keychain entry (${length} characters; the limit is ${most}). Nothing was saved. Check the keys, or shorten the names.`,
  );
}

/** Removes blanks, and `Bearer ` from a curl line. Throws for characters that a header can't hold. */
export function cleanKey(text: string, preset: string): string {
  const key = text.trim().replace(/^bearer(\s+|$)/i, '');
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  const reason = key === '' ? 'is empty' : 'has spaces or characters that no key can have';
  throw presetError(preset, `The key for "${preset}" ${reason}. Copy it again from Coralogix.`);
}
