import type { Cluster } from './fleet.ts';
import { objectIdentity } from './identity.ts';
import type { TestArguments } from './rows.ts';

export interface TestAllPlan {
  readonly tests: readonly TestArguments[];
  /** Targets that someone has stopped. */
  readonly stopped: number;
}

/** The tests of “Test all”: each target once, however many contexts of its server are connected. */
export function testAllPlan(clusters: readonly Cluster[]): TestAllPlan {
  const known = new Set<string>();
  const tests: TestArguments[] = [];
  let stopped = 0;
  for (const cluster of clusters) {
    if (cluster.state !== 'online') continue;
    for (const configMap of cluster.configMaps) {
      const { ref, resourceVersion: base, integrations } = configMap;
      const identity = objectIdentity(cluster, configMap);
      if (known.has(identity)) continue;
      known.add(identity);
      for (const { index, targets } of integrations) {
        for (const target of targets) {
          if (target.type !== 'http-api') continue;
          if (target.stopped) stopped += 1;
          else tests.push({ ref, base, integration: index, ...(target.index === null ? {} : { target: target.index }) });
        }
      }
    }
  }
  return { tests, stopped };
}
