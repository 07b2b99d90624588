import { randomBytes } from 'node:crypto';
import { presetKeyWords } from '../common/fleet/drift.ts';
import { type Digest, opened, type SealedText, Words } from '../common/history/sealed.ts';
import { readDocument } from '../common/integration/document.ts';
import { destinationOf } from '../common/integration/reading/destination.ts';
import type { DocumentReading, Integration } from '../common/integration/reading/integration.ts';
import { isSecretName } from '../common/integration/secrets/secret-words.ts';
import { shortFingerprint } from '../secrets/fingerprint.ts';
import type { Owners } from './masked-view.ts';
import * as strings from './strings.ts';

export interface DriftSays {
  readonly integration: number;
  readonly type: string;
  readonly says: Readonly<Record<string, string>>;
}

const MAX_SHOWN = 200;

/** SECURITY: from the text without its secrets, so keys come out as fingerprints, whatever field they are in. */
export function driftSays(sealed: SealedText, owners: Owners, digest: Digest): readonly DriftSays[] {
  const words = new Words(randomBytes(8).toString('hex'));
  const reading = readDocument(opened(sealed, words.wordFor));
  const plain = (text: string) => words.replaced(text, (own) => `key ${shortFingerprint(own)}`);
  const keyWords = (key: string): string => {
    const own = words.in(key)[0]?.digest ?? digest(key);
    const print = shortFingerprint(own);
    const owner = owners.get(own);
    if (owner === undefined) return `key ${print}`;
    return owner.former ? strings.olderKey(owner.name, print) : presetKeyWords(owner.name, print);
  };
  return reading.integrations.map((integration) => ({
    integration: integration.index,
    type: plain(integration.type ?? strings.noType),
    says: saysOf(reading, integration, plain, keyWords),
  }));
}

function saysOf(
  reading: DocumentReading,
  integration: Integration,
  plain: (text: string) => string,
  keyWords: (key: string) => string,
): DriftSays['says'] {
  const said: Record<string, string> = {};
  const add = (name: string, value: unknown) => {
    if (isSecretName(name) || value === undefined || value === null) return;
    said[plain(name)] = plain(typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MAX_SHOWN);
  };
  add('state', integration.state);
  for (const field of [...integration.filter, ...integration.fields]) add(field.name, field.value);
  for (const target of integration.targets) {
    const { key, host, targetType } = destinationOf(reading, target);
    const at = integration.targets.length > 1 ? strings.targetValue((target.index ?? 0) + 1) : '';
    add(`${at}target-type`, targetType);
    add(strings.sendsTo(at), host);
    add(`${at}rate-limit`, target.fields.findLast(({ name }) => name === 'rate-limit')?.value);
    if (key.kind === 'reference') said[`${at}credentials`] = strings.referenceName(plain(key.name));
    else if (key.kind === 'inline') said[`${at}credentials`] = keyWords(key.value);
  }
  return said;
}
