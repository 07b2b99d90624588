import { editDocument, fieldPath, readDocument, removalPath } from '../common/integration/document.ts';
import { targetAt } from '../common/integration/reading/destination.ts';
import type { Integration, Target } from '../common/integration/reading/integration.ts';
import type { DocumentEdit, EditResult, Value } from '../common/yaml/value.ts';
import * as strings from './strings.ts';

/** Replaces a reference with the plain key. Reads the text again after each step, because positions move. */
export function withPreset(text: string, edit: { integration: number; target?: number | undefined }, url: string, key: string): EditResult {
  const found = targetIn(text, edit);
  if (typeof found === 'string') return { ok: false, reason: found };
  if (found.target === undefined) {
    const value: Value = { 'target-type': 'http-api', 'http-api-uri': url, 'http-api-token': key };
    return editDocument(text, [{ op: 'set', path: [found.integration.index, 'target'], value }]);
  }
  const steps: ((integration: Integration, target: Target) => DocumentEdit | undefined)[] = [
    (integration, target) => ({ op: 'set', path: fieldPath(integration, target, 'http-api-uri'), value: url }),
    (integration, target) => ({ op: 'set', path: fieldPath(integration, target, 'http-api-token'), value: key }),
    (integration, target) => {
      const reference = target.fields.find((field) => field.name === 'ref/http-api-token');
      return reference && { op: 'remove', path: removalPath(integration, reference) };
    },
  ];
  let current = text;
  for (const step of steps) {
    const now = targetIn(current, edit);
    if (typeof now === 'string' || now.target === undefined) return { ok: false, reason: strings.targetNoLongerExistsReload };
    const change = step(now.integration, now.target);
    const result = change === undefined ? ({ ok: true, text: current } as const) : editDocument(current, [change]);
    if (!result.ok) return result;
    current = result.text;
  }
  return { ok: true, text: current };
}

function targetIn(
  text: string,
  place: { integration: number; target?: number | undefined },
): { integration: Integration; target: Target | undefined } | string {
  const integration = readDocument(text).integrations.find((candidate) => candidate.index === place.integration);
  if (integration === undefined) return strings.theresNoIntegrationPositionReload(place.integration + 1);
  const target = targetAt(integration, place.target);
  if (target === undefined) {
    return integration.shape === 'missing' && place.target === undefined
      ? { integration, target }
      : strings.integrationDoesntTargetReloadConfigMap;
  }
  if (target.type !== 'http-api')
    return strings.presetNeedsTargetTypeHttp(target.type === undefined ? strings.hasNoType : strings.isType(target.type));
  return { integration, target };
}
