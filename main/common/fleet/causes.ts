import type { Cluster, ClusterStep } from './fleet.ts';
import * as strings from './strings.ts';

// Many clusters with one cause become one line.

const MANY = 3;

export interface SharedCause {
  readonly id: string;
  readonly message: string;
  readonly fix: string;
  readonly contexts: readonly string[];
}

const WHAT: Readonly<Record<ClusterStep, string>> = {
  file: strings.needFileMissingUnreadable,
  context: strings.contextCantUsed,
  plugin: strings.gotNoCredentialsTheirLogin,
  proxy: strings.blockedTheirProxy,
  dns: strings.nameDoesntResolve,
  tcp: strings.dontRespond,
  tls: strings.certificateComputerDoesntAccept,
  authentication: strings.dontAcceptTheirCredentials,
  permission: strings.dontLetListConfigMaps,
  namespace: strings.noKAuditNamespace,
  configmap: strings.noIntegrationConfigMap,
  parse: strings.configMapCantRead,
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
      const message = strings.countClustersWhat(shared.length, WHAT[first.problem.step]);
      return [{ id, message, fix: firstLine(first.problem.fix), contexts: shared.map(({ context }) => context) }];
    })
    .sort((one, other) => other.contexts.length - one.contexts.length);
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
