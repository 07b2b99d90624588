import type { Cluster, ClusterStep } from './fleet.ts';

// Many clusters with one cause become one line.

const MANY = 3;

export interface SharedCause {
  readonly id: string;
  readonly message: string;
  readonly fix: string;
  readonly contexts: readonly string[];
}

const WHAT: Readonly<Record<ClusterStep, string>> = {
  file: 'need a file that is missing or unreadable',
  context: 'have a context that can’t be used',
  plugin: 'got no credentials from their login plugin',
  proxy: 'are blocked by their proxy',
  dns: 'have a name that doesn’t resolve',
  tcp: 'don’t respond',
  tls: 'have a certificate that this computer doesn’t accept',
  authentication: 'don’t accept their credentials',
  permission: 'don’t let you list ConfigMaps',
  namespace: 'have no kAudit namespace',
  configmap: 'have no integration ConfigMap',
  parse: 'have a ConfigMap that can’t be read',
};

export function sharedCauses(clusters: readonly Pick<Cluster, 'context' | 'problem' | 'marks'>[]): readonly SharedCause[] {
  const causes = Map.groupBy(
    clusters.flatMap(({ context, problem, marks }) => (problem === null || marks?.hidden === true ? [] : [{ context, problem }])),
    ({ problem }) => `${problem.step}: ${firstLine(problem.fix)}`,
  );
  return [...causes]
    .flatMap(([id, shared]) => {
      const [first] = shared;
      if (first === undefined || shared.length < MANY) return [];
      const message = `${shared.length} clusters ${WHAT[first.problem.step]}.`;
      return [{ id, message, fix: firstLine(first.problem.fix), contexts: shared.map(({ context }) => context) }];
    })
    .sort((one, other) => other.contexts.length - one.contexts.length);
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
