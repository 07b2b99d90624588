// Compares integrations of a type across the fleet. Keys come in as fingerprints.

import type { ConfigMapRef } from '../reference.ts';
import * as strings from './strings.ts';

/** The value for a preset's current key. A change made like it finds the preset by this. */
export function presetKeyWords(preset: string, fingerprint: string): string {
  return strings.theKeyOf(preset, fingerprint);
}

export interface DriftInput {
  readonly ref: ConfigMapRef;
  readonly integration: number;
  readonly type: string;
  readonly says: Readonly<Record<string, string>>;
}

export interface DriftField {
  readonly field: string;
  readonly usual?: string;
  readonly agree: number;
}

export interface DriftOdd {
  readonly ref: ConfigMapRef;
  readonly integration: number;
  readonly differs: readonly { readonly field: string; readonly says?: string; readonly usual?: string; readonly since?: string }[];
}

export interface DriftGroup {
  readonly type: string;
  readonly count: number;
  readonly fields: readonly DriftField[];
  readonly odd: readonly DriftOdd[];
}

/** A field counts only if more than half agree. */
export function driftOf(inputs: readonly DriftInput[]): readonly DriftGroup[] {
  return [...Map.groupBy(inputs, ({ type }) => type)].map(([type, members]) => {
    const names = [...new Set(members.flatMap(({ says }) => Object.keys(says)))].sort();
    const fields = names.flatMap((field): DriftField[] => {
      const counts = new Map<string | undefined, number>();
      for (const { says } of members) counts.set(says[field], (counts.get(says[field]) ?? 0) + 1);
      const [usual, agree] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
      return agree * 2 > members.length ? [{ field, ...(usual === undefined ? {} : { usual }), agree }] : [];
    });
    const odd = members.flatMap(({ ref, integration, says }): DriftOdd[] => {
      const differs = fields
        .filter(({ field, usual }) => says[field] !== usual)
        .map(({ field, usual }) => {
          const own = says[field];
          return { field, ...(own === undefined ? {} : { says: own }), ...(usual === undefined ? {} : { usual }) };
        });
      return differs.length === 0 ? [] : [{ ref, integration, differs }];
    });
    return { type, count: members.length, fields, odd: odd.sort((one, other) => other.differs.length - one.differs.length) };
  });
}

export function driftCsv(groups: readonly DriftGroup[]): string {
  const rows = groups.flatMap(({ type, odd }) =>
    odd.flatMap(({ ref, integration, differs }) =>
      differs.map(({ field, says, usual, since }) => [
        ref.context,
        ref.namespace,
        ref.name,
        String(integration + 1),
        type,
        field,
        says ?? '',
        usual ?? '',
        since ?? '',
      ]),
    ),
  );
  const head = ['context', 'namespace', 'configMap', 'entry', 'type', 'field', 'says', 'usual', 'since'];
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(text: string): string {
  // SECURITY: spreadsheets run cells that look like formulas, and anyone who writes a ConfigMap writes this file.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
