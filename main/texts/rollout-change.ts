import { readDocument, valueAt } from '../common/integration/document.ts';
import { placeWords } from '../common/integration/place-words.ts';
import type { Destination } from '../common/integration/reading/destination.ts';
import { destinationOf, targetAt } from '../common/integration/reading/destination.ts';
import type { DocumentReading, Integration } from '../common/integration/reading/integration.ts';
import { secretScalars } from '../common/integration/secrets/secret-scan.ts';
import { isSecretName } from '../common/integration/secrets/secret-words.ts';
import type { RolloutChange } from '../common/rollout/change.ts';
import type { ChangeContext, ChangeEdits, ChangePlace } from '../common/rollout/edits.ts';
import { editsFor } from '../common/rollout/edits.ts';
import type { Value } from '../common/yaml/value.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';
import type { Owners } from './masked-view.ts';
import * as strings from './strings.ts';

// Where a rollout's change goes in one text.

export interface ChangeFacts extends CopiedEntry {
  readonly owners: Owners;
  readonly urls: ReadonlyMap<string, string>;
}

export interface CopiedEntry {
  readonly copy?: ChangeContext['copy'] & {};
  readonly original?: Integration;
}

export interface ChangeInText {
  readonly found: ChangeEdits;
  /** The integration's type and destination: a later plan must match it. */
  readonly identity: string;
  /** undefined: the change is about no integration that is there. */
  readonly words: string | undefined;
}

/** `shown`: the text without its secrets, for all that is said. */
export function changeIn(
  { text, shown }: { readonly text: string; readonly shown: string },
  place: ChangePlace,
  change: RolloutChange,
  { owners, urls, copy, original }: ChangeFacts,
  fingerprinter: Fingerprinter,
): ChangeInText {
  const reading = readDocument(text);
  const context: ChangeContext = {
    hasPreset: (id: string, { url, key }: Destination) => {
      if (key.kind !== 'inline' || url !== urls.get(id)) return false;
      const owner = owners.get(fingerprinter.digest(key.value));
      return owner?.preset === id && !owner.former;
    },
    ...(copy === undefined ? {} : { copy }),
    isCopy: (other) => original !== undefined && sameBesideKeys(original, other),
  };
  const found = editsFor(reading, place, change, context);
  const told = found.ok ? found : editsFor(readDocument(shown), place, change, context);
  return {
    found: told.ok ? found : told,
    identity: identityOf(reading, place, fingerprinter),
    words: place.integration === undefined ? undefined : placeWords(shown, [place.integration]),
  };
}

/** `known`: secrets of the ConfigMap's other texts. */
export function copiedEntry(text: string, index: number, hasPreset: boolean, known: ReadonlySet<string>): CopiedEntry {
  const original = readDocument(text).integrations.find((integration) => integration.index === index);
  if (original === undefined) return { copy: strings.integrationCopyNoLongerExists };
  return { copy: copyOf(text, original, hasPreset, known), original };
}

function identityOf(reading: DocumentReading, { integration, target }: ChangePlace, fingerprinter: Fingerprinter): string {
  if (integration === undefined) return '';
  const found = reading.integrations.find(({ index }) => index === integration);
  if (found === undefined) return 'none';
  const targets = target === undefined ? found.targets : [targetAt(found, target) ?? found.targets[target]];
  const parts = targets.map((one) => {
    const destination = one && destinationOf(reading, one);
    return JSON.stringify([destination?.targetType, destination?.url ?? destination?.host]);
  });
  return fingerprinter.hash(['identity', found.type ?? '', ...parts]);
}

/** SECURITY: the entry to copy, without its key; a sentence if it holds a secret that no preset fills. */
function copyOf(
  text: string,
  integration: Integration,
  hasPreset: boolean,
  known: ReadonlySet<string>,
): NonNullable<ChangeContext['copy']> {
  const entry = valueAt(text, [integration.index]);
  if (entry === undefined) return strings.integrationCopyNoLongerExists;
  const [target] = integration.targets;
  const isSingle = integration.targets.length === 1 && target?.type === 'http-api';
  const value = hasPreset && isSingle ? withoutKey(entry) : entry;
  const secrets = secretScalars(JSON.stringify([value]), known);
  const refers = JSON.stringify(value).includes('"ref/');
  if (secrets.length > 0 || refers) return hasPreset ? strings.integrationCopyKeyPresetCant : strings.integrationCopyKeyChoosePreset;
  return { value, target: target?.index ?? undefined };
}

function withoutKey(value: Value): Value {
  if (Array.isArray(value)) return value.map((item: Value) => withoutKey(item)).filter((item) => JSON.stringify(item) !== '{}');
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => name !== 'http-api-token' && name !== 'ref/http-api-token');
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutKey(item)]));
}

function sameBesideKeys(one: Integration, other: Integration): boolean {
  const fields = (integration: Integration) => {
    const own = [...integration.targets.flatMap(({ fields: list }) => list), ...integration.filter, ...integration.fields];
    const open = own.filter(({ name }) => !isSecretName(name) && name !== 'http-api-uri');
    return JSON.stringify([integration.type, integration.name, open.map(({ name, value }) => [name, JSON.stringify(value)]).sort()]);
  };
  return fields(one) === fields(other);
}
