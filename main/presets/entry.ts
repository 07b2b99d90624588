import * as z from 'zod';
import type { Preset } from '../common/coralogix/preset.ts';
import { tooLong } from './errors.ts';

/**
 * UTF-16 units. Windows takes 2560 bytes (wincred.h, CRED_MAX_CREDENTIAL_BLOB_SIZE); the limit is the same everywhere.
 * The longest names leave more than 300 for keys, which have 36.
 */
const MAX_ENTRY = 1280;

const entrySchema = z.object({
  version: z.literal(1),
  name: z.string(),
  domain: z.string().min(1),
  /** Missing in first-version entries, whose `name` may be outdated. */
  applicationName: z.string().optional(),
  subsystemName: z.string().optional(),
  key: z.string().min(1),
  setAt: z.iso.datetime(),
  readBackKey: z.string().min(1).optional(),
});
export type Entry = z.output<typeof entrySchema>;

export function account(id: string): string {
  return `preset:${id}`;
}

export function readEntry(text: string): Entry | undefined {
  try {
    return entrySchema.parse(JSON.parse(text));
  } catch {
    // SECURITY: the parser's own message would quote the entry.
    return undefined;
  }
}

/** Throws an AppError `preset` for an entry that some system's keychain refuses. */
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

export function namesOf({ name, applicationName, subsystemName }: Entry): Names | undefined {
  return applicationName === undefined || subsystemName === undefined ? undefined : { name, applicationName, subsystemName };
}
