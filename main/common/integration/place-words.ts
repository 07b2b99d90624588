import type { Path } from '../yaml/value.ts';
import { readDocument } from './document.ts';
import { destinationOf } from './reading/destination.ts';
import { TYPE_LABELS } from './reading/field-table.ts';
import { describeField, isIntegrationType, isReference } from './reading/fields.ts';
import type { Integration, Target } from './reading/integration.ts';
import * as strings from './strings.ts';

/** "Detections → api.eu2.coralogix.com: Key". SECURITY: names and hosts only, so no secret. */
export function placeWords(text: string, path: Path): string {
  return placeWordsIn(text)(path);
}

/** `placeWords` for many places: the text is read once. */
export function placeWordsIn(text: string): (path: Path) => string {
  const reading = readDocument(text);
  return (path) => wordsAt(reading, path);
}

function wordsAt(reading: ReturnType<typeof readDocument>, path: Path): string {
  if (path.length === 0) return strings.textWhole;
  const value = reading.values.find(({ index }) => index === path[0]);
  if (value !== undefined) return strings.theValue(typeof path[1] === 'string' ? path[1] : value.name);
  const integration = reading.integrations.find(({ index }) => index === path[0]);
  if (integration === undefined) return strings.entry(Number(path[0]) + 1);
  const target = integration.targets.find((candidate) => candidate.path.every((step, index) => step === path[index]) && path.length > 1);
  const inTarget = path[1] === 'target' ? target : undefined;
  const title = titleOf(integration, inTarget, reading);
  const field = fieldWords(integration, inTarget, path);
  return field === undefined ? title : `${title}: ${field}`;
}

function titleOf(integration: Integration, target: Target | undefined, reading: ReturnType<typeof readDocument>): string {
  const type = isIntegrationType(integration.type)
    ? TYPE_LABELS[integration.type]
    : (integration.type ?? strings.entry(integration.index + 1));
  const own = target === undefined ? integration.targets : [target];
  const places = own.map((one) => destinationOf(reading, one).host ?? one.type ?? strings.noTarget);
  const named = integration.name === undefined ? type : `${type} (${integration.name})`;
  return places.length === 0 ? named : `${named} → ${places.join(', ')}`;
}

function fieldWords(integration: Integration, target: Target | undefined, path: Path): string | undefined {
  const name = path.findLast((step) => typeof step === 'string');
  if (typeof name !== 'string') return undefined;
  if (path.length === 2 && name === 'target') return strings.whereSends;
  if (path.length === 2 && name === 'data-filter') return strings.whatSends;
  const level = path[1] === 'data-filter' ? 'filter' : path[1] === 'target' ? 'target' : 'entry';
  const known = describeField(level, name, integration.type, target?.type);
  if (known === undefined) return name;
  return isReference(name) ? strings.labelReference(known.label) : known.label;
}
