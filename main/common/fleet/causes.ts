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
  context: 'have a context that cannot be used',
  plugin: 'got no credentials from their login plugin',
  proxy: 'are not let through by their proxy',
  dns: 'have a name that does not resolve',
  tcp: 'do not answer',
  tls: 'have a certificate that is not accepted here',
  authentication: 'do not accept their credentials',
  permission: 'do not let you list ConfigMaps',
  namespace: 'have no namespace of kAudit',
  configmap: 'have no integration ConfigMap',
  parse: 'have a ConfigMap that cannot be read',
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
