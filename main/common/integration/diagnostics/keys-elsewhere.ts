import { withDomain } from '../../coralogix/coralogix.ts';
import { keyElsewhere } from '../../coralogix/key-elsewhere.ts';
import type { KeyOwner } from '../../coralogix/preset.ts';
import { parseSource } from '../../yaml/source.ts';
import { destinationOf } from '../reading/destination.ts';
import { locator } from '../reading/entries.ts';
import type { DocumentReading, Problem } from '../reading/integration.ts';
import * as strings from './strings.ts';

/** Keys next to a URL of another region than their preset's. `ownerOf`: by mask. */
export function keysElsewhere(text: string, reading: DocumentReading, ownerOf: ReadonlyMap<string, KeyOwner>): Problem[] {
  const source = ownerOf.size === 0 ? undefined : parseSource(text);
  if (!source?.ok) return [];
  const locate = locator(source);
  return reading.integrations.flatMap(({ targets }) =>
    targets.flatMap((target): Problem[] => {
      const { url, key } = destinationOf(reading, target);
      const owner = key.kind === 'none' || key.value === undefined ? undefined : ownerOf.get(key.value);
      const message = owner && url && keyElsewhere(url, owner);
      const path = target.fields.find(({ name }) => name === 'http-api-uri')?.path;
      if (!message || path === undefined) return [];
      const edit = { op: 'set', path, value: withDomain(url, owner.domain) } as const;
      const fix = { label: strings.sendTo(owner.domain), edits: [edit] };
      return [{ rule: 'key-of-another-region', severity: 'warning', message, ...locate(path), path, fix }];
    }),
  );
}
