import type { KeyOwner } from '../coralogix/preset.ts';
import { type BinaryText, readBinary } from '../integration/diagnostics/binary-data.ts';
import { SECRET_AS_NUMBER } from '../integration/diagnostics/readings.ts';
import { readDocument } from '../integration/document.ts';
import { configurationParts, destinationOf } from '../integration/reading/destination.ts';
import type { DocumentReading, Field, Integration, Problem, Severity, Target } from '../integration/reading/integration.ts';
import type { ConfigMapRef } from '../reference.ts';
import type { ClusterProblem, ConfigMapSummary, IntegrationSummary, Managed, ProblemSummary, TargetSummary } from './fleet.ts';
import * as strings from './strings.ts';

// SECURITY: everything shown comes from the masked text. The raw text yields only HMACs and facts that hold no text.

export interface SummaryInput {
  readonly ref: ConfigMapRef;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly instance: string;
  readonly text: string | null;
  readonly binary?: BinaryText;
  readonly masked: string;
  readonly readOnly: boolean;
  readonly managed: Managed | null;
}

export interface Fingerprints {
  fingerprint(secret: string): string;
  hash(parts: readonly string[]): string;
  owner?(secret: string, hash: string): KeyOwner | undefined;
}

export function summariseConfigMap(input: SummaryInput, fingerprints: Fingerprints): ConfigMapSummary {
  const text = input.text ?? '';
  const read = readDocument(input.masked);
  const shown = readBinary(read, input.masked, input.binary);
  // No secrets: one reading is enough.
  const raw = input.masked === text ? read : readDocument(text);
  const problems = [...shown.problems, ...(raw === read ? [] : raw.problems.filter(({ rule }) => rule === SECRET_AS_NUMBER))].filter(
    isShown,
  );
  const own = problems.filter((problem) => !shown.integrations.some((integration) => belongsTo(problem, integration)));
  return {
    ref: input.ref,
    uid: input.uid,
    resourceVersion: input.resourceVersion,
    instance: input.instance,
    state: shown.state,
    readOnly: input.readOnly,
    managed: input.managed,
    integrations: shown.integrations.map((integration, position) =>
      summariseIntegration(shown, integration, raw, raw.integrations[position] ?? integration, problems, fingerprints),
    ),
    ...worst(own),
  };
}

export function unreadable(configMaps: readonly ConfigMapSummary[]): ClusterProblem | null {
  const broken = configMaps.find(({ state }) => state === 'invalid');
  if (broken === undefined) return null;
  const { namespace, name } = broken.ref;
  return {
    step: 'parse',
    message: strings.cantRead(name, namespace, broken.problem?.message ?? strings.isntListIntegrations),
    fix: strings.openSeePlaceText,
  };
}

function summariseIntegration(
  shown: DocumentReading,
  integration: Integration,
  raw: DocumentReading,
  own: Integration,
  problems: readonly Problem[],
  fingerprints: Fingerprints,
): IntegrationSummary {
  const worstProblem = worst(problems.filter((problem) => belongsTo(problem, integration)));
  // A filter that can't be read doesn't count here.
  const isRead = own.filter.length > 0 || worstProblem.problem?.severity !== 'error';
  return {
    index: integration.index,
    name: integration.name,
    type: integration.type,
    state: integration.state,
    targets: integration.targets.map((target, position) => ({
      index: target.index,
      type: target.type,
      host: placeWords(destinationOf(shown, target).host),
      stopped: target.stopped,
      ...bindings(raw, own, own.targets[position] ?? target, fingerprints),
    })),
    ...(isRead && { filtered: own.filter.length > 0 }),
    content: fingerprints.hash(['content', contentOf(own)]),
    ...worstProblem,
  };
}

/** Broker addresses may hold credentials, and their mask is of no use. */
function placeWords(host: string | undefined): string | undefined {
  return host?.replace(/[^\s,/@]*@/g, '');
}

/** Without positions, so a moved entry is unchanged. */
function contentOf({ type, name, targets, filter, fields }: Integration): string {
  const values = (list: readonly Field[]) => list.map((field) => [field.name, JSON.stringify(field.value)]).sort();
  return JSON.stringify([type, name, targets.map((target) => values(target.fields)), values(filter), values(fields)]);
}

/** HMACs that bind a target to its key and its reports. */
function bindings(
  reading: DocumentReading,
  integration: Integration,
  target: Target,
  fingerprints: Fingerprints,
): Pick<TargetSummary, 'key' | 'hash'> {
  const destination = destinationOf(reading, target);
  const { key } = destination;
  const secret = key.kind === 'none' ? undefined : key.value;
  const hash = fingerprints.hash(configurationParts(integration, destination));
  const owner = secret === undefined ? undefined : fingerprints.owner?.(secret, hash);
  return {
    key: {
      kind: key.kind,
      ...(secret === undefined ? {} : { fingerprint: fingerprints.fingerprint(secret) }),
      ...(owner === undefined ? {} : { owner }),
    },
    hash,
  };
}

function belongsTo(problem: Problem, integration: Integration): boolean {
  return problem.path?.[0] === integration.index;
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

function isShown({ severity }: Problem): boolean {
  return severity !== 'note';
}

function worst(problems: readonly Problem[]): { problem?: ProblemSummary } {
  const [first] = [...problems].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  return first === undefined ? {} : { problem: { severity: first.severity, message: first.message, rule: first.rule } };
}
