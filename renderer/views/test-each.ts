import type { Reply } from '../../main/common/api.ts';
import type { TestArguments } from '../../main/common/fleet/rows.ts';
import type { Client } from '../client/client.ts';

/** More targets than this are tested only after a yes: each gets a log entry. */
export const MANY_TARGETS = 20;
/** Tests that run at the same time. */
const AT_ONCE = 4;

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  /** They need a question, which their own row asks. */
  readonly skipped: number;
  readonly cancelled: boolean;
}

/** `onEnd`: for each test, with its position. `delivery.cancel` ends the running ones, and starts no others. */
export async function testEach(
  client: Client,
  tests: readonly TestArguments[],
  onEnd: (index: number, outcome: Reply<'delivery.test'>['outcome']) => void = () => {},
): Promise<TestCounts> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let cancelled = false;
  const queue = tests.entries();
  const work = async () => {
    for (const [index, test] of queue) {
      const { outcome } = await client.request('delivery.test', test);
      onEnd(index, outcome);
      if (outcome === 'cancelled') cancelled = true;
      else counts[outcome === 'passed' || outcome === 'failed' ? outcome : 'skipped'] += 1;
      if (cancelled) return;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { ...counts, cancelled };
}
