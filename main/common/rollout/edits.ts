// The edits for one change in one document. Pure; works on raw and masked text.

import { BULK_PATH, endpointOf } from '../coralogix/coralogix.ts';
import { fieldPath, removalPath, stopEdits } from '../integration/document.ts';
import type { Destination } from '../integration/reading/destination.ts';
import { destinationOf } from '../integration/reading/destination.ts';
import type { FieldDescription } from '../integration/reading/field-table.ts';
import { FIELDS } from '../integration/reading/field-table.ts';
import { choiceOf } from '../integration/reading/fields.ts';
import type { DocumentReading, Edit, Field, Integration, Target } from '../integration/reading/integration.ts';
import type { Path, Value } from '../yaml/value.ts';
import type { RolloutChange } from './change.ts';
import { isClosed } from './fields.ts';
import * as strings from './strings.ts';

export type ChangeEdits = { readonly ok: true; readonly edits: readonly Edit[] } | { readonly ok: false; readonly reason: string };

export interface ChangePlace {
  readonly integration?: number | undefined;
  readonly target?: number | undefined;
}

export interface ChangeContext {
  hasPreset(preset: string, destination: Destination): boolean;
  /** `insert`: the entry to copy without its key, or why it can't be copied. */
  readonly copy?: { readonly value: Value; readonly target?: number | undefined } | string;
  isCopy?(integration: Integration): boolean;
}

export function editsFor(reading: DocumentReading, place: ChangePlace, change: RolloutChange, context: ChangeContext): ChangeEdits {
  if (change.op === 'insert') return insertion(reading, change.preset, context);
  const integration = reading.integrations.find(({ index }) => index === place.integration);
  if (integration === undefined) return refused(strings.integrationNoLongerExistsThere);
  const targets =
    place.target === undefined ? integration.targets : integration.targets.filter(({ index }) => (index ?? 0) === place.target);
  if (targets.length === 0 && change.op !== 'preset') return refused(strings.integrationDoesntTargetOpen);
  switch (change.op) {
    case 'preset':
      return presetEdits(reading, integration, targets, change.preset, context);
    case 'stopped': {
      const own = { ...integration, targets };
      const stands = targets.every(({ stopped }) => stopped === change.value);
      return made(stands ? [] : stopEdits(own, change.value));
    }
    case 'endpoint':
      return endpointEdits(reading, integration, targets, change.endpoint);
    case 'set':
    case 'remove':
    case 'addItem':
    case 'dropItem':
      return fieldEdits(integration, targets, change);
  }
}

function presetEdits(
  reading: DocumentReading,
  integration: Integration,
  targets: readonly Target[],
  preset: string,
  context: ChangeContext,
): ChangeEdits {
  const fitting = targets.filter(({ type }) => type === 'http-api');
  if (fitting.length === 0) return refused(strings.presetNeedsTargetTypeHttp);
  const open = fitting.filter((target) => !context.hasPreset(preset, destinationOf(reading, target)));
  return made(
    open.map(({ index }): Edit => ({ op: 'preset', integration: integration.index, preset, ...(index === null ? {} : { target: index }) })),
  );
}

function endpointEdits(
  reading: DocumentReading,
  integration: Integration,
  targets: readonly Target[],
  endpoint: 'api' | 'ingress',
): ChangeEdits {
  const edits: Edit[] = [];
  for (const target of targets) {
    const { url } = destinationOf(reading, target);
    const found = url === undefined ? null : endpointOf(url);
    if (url === undefined || !found?.coralogix || found.endpoint === 'other') return refused(strings.doesntSendApiIngressCoralogix);
    if (endpoint === 'api' && found.domain.startsWith('private.')) return refused(strings.noApiHostLeaveIngress(found.domain));
    const path = found.kind === 'singles' ? '/logs/v1/singles' : BULK_PATH;
    const current = !found.retired && found.endpoint === endpoint && (found.kind === 'bulk' || found.kind === 'singles');
    if (!current)
      edits.push({ op: 'set', path: fieldPath(integration, target, 'http-api-uri'), value: `https://${endpoint}.${found.domain}${path}` });
  }
  return made(edits);
}

type FieldChange = Extract<RolloutChange, { op: 'set' | 'remove' | 'addItem' | 'dropItem' }>;

function fieldEdits(integration: Integration, targets: readonly Target[], change: FieldChange): ChangeEdits {
  const name = change.field;
  if (isClosed(name)) return refused(strings.keyAddressRolloutChangesOnly(name));
  const field = FIELDS.find((one) => one.name === name);
  if (field === undefined) return refused(strings.isntKnownFieldChangeText(name));
  if (name === 'stopped') return refused(strings.useStopStart);
  const allowed = field.integrationTypes === undefined || field.integrationTypes.some((type) => type === integration.type);
  if (!allowed) {
    const { type } = integration;
    return refused(type === undefined ? strings.integrationNoTypeSoHasNo(field.label) : strings.integrationsTypeHaveNo(type, field.label));
  }
  const edits: Edit[] = [];
  for (const { existing, path, removal } of placesOf(integration, targets, field)) {
    const next = changed(existing?.value, change, field);
    if (typeof next === 'object' && next !== null && 'reason' in next) return refused(String(next.reason));
    if (next === undefined) {
      if (existing !== undefined) edits.push({ op: 'remove', path: removal });
    } else if (JSON.stringify(next) !== JSON.stringify(existing?.value)) edits.push({ op: 'set', path, value: next });
  }
  return made(edits);
}

interface FieldPlace {
  readonly existing: Field | undefined;
  readonly path: Path;
  readonly removal: Path;
}

function placesOf(integration: Integration, targets: readonly Target[], { name, level }: FieldDescription): readonly FieldPlace[] {
  if (level === 'target') {
    return targets.map((target) => {
      const path = fieldPath(integration, target, name);
      const existing =
        target.fields.findLast((one) => one.name === name) ??
        integration.fields.findLast((one) => one.name === name && name === 'rate-limit');
      return { existing, path, removal: existing === undefined ? path : removalPath(integration, existing) };
    });
  }
  if (level === 'filter') {
    const existing =
      integration.filter.findLast((one) => one.name === name) ??
      integration.fields.findLast((one) => one.name === name && name === 'report');
    const path = existing?.path ?? [integration.index, 'data-filter', name];
    return [{ existing, path, removal: path }];
  }
  const value = name === 'name' ? integration.name : integration.type;
  const path = [integration.index, name];
  return [{ existing: value === undefined ? undefined : { name, path, value }, path, removal: path }];
}

function changed(before: Value | undefined, change: FieldChange, field: FieldDescription): Value | undefined | { readonly reason: string } {
  if (change.op === 'remove') return undefined;
  if (change.op === 'set') return change.value;
  if (field.input !== 'choices') return { reason: strings.isntListSetInstead(field.label) };
  if (before !== undefined && before !== null && !Array.isArray(before)) return { reason: strings.isntWrittenListHereOpen(field.label) };
  const items = (before ?? []) as readonly Value[];
  const wanted = choiceOf(field, change.value);
  const isIt = (item: Value) => (wanted === undefined ? item === change.value : choiceOf(field, item)?.value === wanted.value);
  if (change.op === 'addItem') {
    // Without the field kAudit sends everything, so a list of one would send less.
    if (items.length === 0) return before;
    return items.some(isIt) ? items : [...items, change.value];
  }
  const left = items.filter((item) => !isIt(item));
  if (left.length === 0 && items.length > 0) return { reason: strings.wouldEmptyKAuditWouldSend(field.label) };
  return left.length === items.length ? before : left;
}

function insertion(reading: DocumentReading, preset: string | undefined, { copy, isCopy }: ChangeContext): ChangeEdits {
  if (copy === undefined) return refused(strings.integrationCopyNoLongerKnown);
  if (typeof copy === 'string') return refused(copy);
  if (reading.state === 'invalid') return refused(strings.textIsntValidListIntegrations);
  if (reading.integrations.some((integration) => isCopy?.(integration) === true)) return made([]);
  const last = [...reading.integrations, ...reading.values, ...reading.others.map(({ path }) => ({ index: Number(path[0]) }))];
  const index = last.reduce((most, entry) => Math.max(most, entry.index + 1), 0);
  const insert: Edit = { op: 'insert', index, value: copy.value };
  if (preset === undefined) return made([insert]);
  return made([insert, { op: 'preset', integration: index, preset, ...(copy.target === undefined ? {} : { target: copy.target }) }]);
}

function made(edits: readonly Edit[]): ChangeEdits {
  return { ok: true, edits };
}

function refused(reason: string): ChangeEdits {
  return { ok: false, reason };
}
