import type { Cluster } from './fleet.ts';
import type { TestArguments } from './rows.ts';

export interface TestAllPlan {
  readonly tests: readonly TestArguments[];
  /** Targets that someone has stopped. */
  readonly stopped: number;
}

/** What a test of all goes to: each target once, however many contexts of its server are connected. */
export function testAllPlan(clusters: readonly Cluster[]): TestAllPlan {
  const known = new Set<string>();
  const tests: TestArguments[] = [];
  let stopped = 0;
  for (const { server, configMaps, state } of clusters) {
    if (state !== 'online') continue;
    for (const { uid, ref, resourceVersion: base, integrations } of configMaps) {
      if (known.has(`${server} ${uid}`)) continue;
      known.add(`${server} ${uid}`);
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
