import { presetKeyWords } from '../common/fleet/drift.ts';
import { readDocument } from '../common/integration/document.ts';
import { destinationOf } from '../common/integration/reading/destination.ts';
import type { DocumentReading, Integration } from '../common/integration/reading/integration.ts';
import { isSecretName, isSecretShaped } from '../common/integration/secrets/secret-words.ts';
import { type Fingerprinter, shortFingerprint } from '../secrets/fingerprint.ts';
import type { Owners } from './masked-view.ts';
import * as strings from './strings.ts';

export interface DriftSays {
  readonly integration: number;
  readonly type: string;
  readonly says: Readonly<Record<string, string>>;
}

const MAX_SHOWN = 200;

export function driftSays(text: string, owners: Owners, fingerprinter: Fingerprinter): readonly DriftSays[] {
  const reading = readDocument(text);
  return reading.integrations.map((integration) => ({
    integration: integration.index,
    type: integration.type ?? strings.noType,
    says: saysOf(reading, integration, owners, fingerprinter),
  }));
}

/** SECURITY: known fields only, keys as fingerprints, nothing that looks like a key. */
function saysOf(reading: DocumentReading, integration: Integration, owners: Owners, fingerprinter: Fingerprinter): DriftSays['says'] {
  const said: Record<string, string> = {};
  const add = (name: string, value: unknown) => {
    if (isSecretName(name) || value === undefined || value === null) return;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    said[name] = isSecretShaped(text) ? `key ${fingerprinter.fingerprint(text)}` : text.slice(0, MAX_SHOWN);
  };
  const keyWords = (key: string): string => {
    const digest = fingerprinter.digest(key);
    const print = shortFingerprint(digest);
    const owner = owners.get(digest);
    if (owner === undefined) return `key ${print}`;
    return owner.former ? strings.olderKey(owner.name, print) : presetKeyWords(owner.name, print);
  };
  add('state', integration.state);
  for (const field of [...integration.filter, ...integration.fields]) add(field.name, field.value);
  for (const target of integration.targets) {
    const { key, host, targetType } = destinationOf(reading, target);
    const at = integration.targets.length > 1 ? strings.targetValue((target.index ?? 0) + 1) : '';
    add(`${at}target-type`, targetType);
    add(strings.sendsTo(at), host);
    add(`${at}rate-limit`, target.fields.findLast(({ name }) => name === 'rate-limit')?.value);
    if (key.kind === 'reference') said[`${at}credentials`] = strings.referenceName(key.name);
    else if (key.kind === 'inline') said[`${at}credentials`] = keyWords(key.value);
  }
  return said;
}
