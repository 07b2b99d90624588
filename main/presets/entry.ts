import * as z from 'zod';
import type { Preset } from '../common/coralogix/preset.ts';
import { tooLong } from './errors.ts';

/**
 * UTF-16 units that an entry may have: Windows takes 2560 bytes (wincred.h, CRED_MAX_CREDENTIAL_BLOB_SIZE). The same everywhere, so that one
 * system refuses what the other does. Names of the greatest length leave more than 300 for the keys, which have 36.
 */
const MAX_ENTRY = 1280;

/** What one entry of the keychain holds: the keys, and what they are for. */
const entrySchema = z.object({
  version: z.literal(1),
  name: z.string(),
  domain: z.string().min(1),
  /** Entries of the first version do not have the two, and their `name` may be an older one. */
  applicationName: z.string().optional(),
  subsystemName: z.string().optional(),
  key: z.string().min(1),
  setAt: z.iso.datetime(),
  readBackKey: z.string().min(1).optional(),
});
export type Entry = z.output<typeof entrySchema>;

/** Under which name of the keychain's service the entry stands. */
export function account(id: string): string {
  return `preset:${id}`;
}

/** undefined: it is none, or a broken one. */
export function readEntry(text: string): Entry | undefined {
  try {
    return entrySchema.parse(JSON.parse(text));
  } catch {
    // SECURITY: the parser's own message would quote the entry.
    return undefined;
  }
}

/** What is written. An entry that the keychain of some system does not take throws an AppError `preset`. */
export function entryText(entry: Entry): string {
  const text = JSON.stringify(entry);
  if (text.length > MAX_ENTRY) throw tooLong(entry, text.length, MAX_ENTRY);
  return text;
}

type Names = Pick<Preset, 'name' | 'applicationName' | 'subsystemName'>;

export function nameFields({ name, applicationName, subsystemName }: Names): Names {
  return { name, applicationName, subsystemName };
}

export function sameNames(one: Names, other: Names): boolean {
  return one.name === other.name && one.applicationName === other.applicationName && one.subsystemName === other.subsystemName;
}

/** The names that the keychain has; undefined: the entry is too old to say. */
export function namesOf({ name, applicationName, subsystemName }: Entry): Names | undefined {
  return applicationName === undefined || subsystemName === undefined ? undefined : { name, applicationName, subsystemName };
}
