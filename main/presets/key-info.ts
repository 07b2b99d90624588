import type { Fingerprinter } from '../secrets/fingerprint.ts';
import type { StoredPreset } from '../settings/settings-file.ts';
import { MAX_REPLACED_KEYS } from '../settings/settings-file.ts';
import type { Entry } from './entry.ts';

export type Info = NonNullable<StoredPreset['key']>;

export function keyFields(preset: StoredPreset | undefined): Pick<StoredPreset, 'key' | 'former'> {
  return {
    ...(preset?.key === undefined ? {} : { key: preset.key }),
    ...(preset?.former === undefined ? {} : { former: preset.former }),
  };
}

/** Newest first. */
export function formerDigests(info: Info | undefined, former: readonly string[] = []): readonly string[] {
  const all = info === undefined ? former : [info.digest, ...(info.replaced ?? []), ...former];
  return [...new Set(all)].slice(0, MAX_REPLACED_KEYS);
}

export function nextInfo(fingerprinter: Fingerprinter, info: Info | undefined, entry: Entry, former: readonly string[] | undefined): Info {
  const digest = fingerprinter.digest(entry.key);
  const others = formerDigests(info, former).filter((old) => old !== digest);
  const readBackDigest = entry.readBackKey === undefined ? undefined : fingerprinter.digest(entry.readBackKey);
  const readBack = readBackDigest === undefined ? undefined : { setAt: new Date().toISOString(), digest: readBackDigest };
  return {
    setAt: entry.setAt,
    digest,
    ...(others.length > 0 ? { replaced: others } : {}),
    ...(readBack === undefined ? {} : { readBack: info?.readBack?.digest === readBack.digest ? info.readBack : readBack }),
  };
}
