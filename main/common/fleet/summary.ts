import type { KeyOwner } from '../coralogix/preset.ts';
import { readDocument } from '../integration/document.ts';
import { configurationParts, destinationOf } from '../integration/reading/destination.ts';
import type { DocumentReading, Field, Integration, Problem, Severity, Target } from '../integration/reading/integration.ts';
import type { ConfigMapRef } from '../reference.ts';
import type { ClusterProblem, ConfigMapSummary, IntegrationSummary, Managed, TargetSummary } from './fleet.ts';

// What the fleet shows of a ConfigMap: the raw text goes in, no secret comes out.

export interface SummaryInput {
  readonly ref: ConfigMapRef;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly instance: string;
  /** Raw, with keys; null: the ConfigMap has no such key. */
  readonly text: string | null;
  /** The same with every secret masked: problems are told from this one, so that no message can hold a key. */
  masked(): string;
  readonly readOnly: boolean;
  readonly managed: Managed | null;
}

/** HMACs under the installation's key. */
export interface Fingerprints {
  fingerprint(secret: string): string;
  hash(parts: readonly string[]): string;
  /** Whose key it is that the target with this hash has. */
  owner?(secret: string, hash: string): KeyOwner | undefined;
}

export function summariseConfigMap(input: SummaryInput, fingerprints: Fingerprints): ConfigMapSummary {
  const raw = readDocument(input.text ?? '');
  // Most documents have no problem, and masking one takes as long as all the rest.
  const problems = raw.problems.some(isShown) ? readDocument(input.masked()).problems.filter(isShown) : [];
  const own = problems.filter((problem) => !raw.integrations.some((integration) => belongsTo(problem, integration)));
  return {
    ref: input.ref,
    uid: input.uid,
    resourceVersion: input.resourceVersion,
    instance: input.instance,
    state: raw.state,
    readOnly: input.readOnly,
    managed: input.managed,
    integrations: raw.integrations.map((integration) => summariseIntegration(raw, integration, problems, fingerprints)),
    ...worst(own),
  };
}

/** The last step on the way to a cluster's integrations: one of its ConfigMaps cannot be read. null: all can. */
export function unreadable(configMaps: readonly ConfigMapSummary[]): ClusterProblem | null {
  const broken = configMaps.find(({ state }) => state === 'invalid');
  if (broken === undefined) return null;
  const { namespace, name } = broken.ref;
  return {
    step: 'parse',
    message: `${name} in ${namespace} cannot be read: ${broken.problem?.message ?? 'it is no list of integrations.'}`,
    fix: 'Open it: the place is marked in its text.',
  };
}

function summariseIntegration(
  reading: DocumentReading,
  integration: Integration,
  problems: readonly Problem[],
  fingerprints: Fingerprints,
): IntegrationSummary {
  return {
    index: integration.index,
    name: integration.name,
    type: integration.type,
    state: integration.state,
    targets: integration.targets.map((target) => summariseTarget(reading, integration, target, fingerprints)),
    content: fingerprints.hash(['content', contentOf(integration)]),
    ...worst(problems.filter((problem) => belongsTo(problem, integration))),
  };
}

/** Without positions: an entry that only moved, in itself or in the list, still says the same. */
function contentOf({ type, name, targets, filter, fields }: Integration): string {
  const values = (list: readonly Field[]) => list.map((field) => [field.name, JSON.stringify(field.value)]).sort();
  return JSON.stringify([type, name, targets.map((target) => values(target.fields)), values(filter), values(fields)]);
}

function summariseTarget(reading: DocumentReading, integration: Integration, target: Target, fingerprints: Fingerprints): TargetSummary {
  const destination = destinationOf(reading, target);
  const { key } = destination;
  const secret = key.kind === 'none' ? undefined : key.value;
  const hash = fingerprints.hash(configurationParts(integration, destination));
  const owner = secret === undefined ? undefined : fingerprints.owner?.(secret, hash);
  return {
    index: target.index,
    type: target.type,
    host: destination.host,
    stopped: target.stopped,
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

/** Notes are for the editor. */
function isShown({ severity }: Problem): boolean {
  return severity !== 'note';
}

function worst(problems: readonly Problem[]): { problem?: { severity: Severity; message: string } } {
  const [first] = [...problems].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  return first === undefined ? {} : { problem: { severity: first.severity, message: first.message } };
}
