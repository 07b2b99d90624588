import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FULL } from '../../support/full-run.ts';
import { kubeconfigs } from '../../support/kubeconfig-arbitraries.ts';
import { isMeant } from '../../support/kubeconfig-meant.ts';
import type { Oracle } from '../../support/kubeconfig-oracle.ts';
import { filled, openOracle } from '../../support/kubeconfig-oracle.ts';
import { KUBECTL } from '../../support/kubectl.ts';
import { describeWith } from '../../support/requirement.ts';

// Generated kubeconfigs, compared with kubectl: the same arrives at a recording server, or both refuse.

const SEED = Number(process.env.KAUDIT_SEED ?? Date.now() % 2 ** 31);
/** Milliseconds, and cases at most. */
const [TIME, CASES] = FULL ? [15 * 60_000, 2_000] : [8_000, 60];

describeWith([KUBECTL], 'a generated kubeconfig', () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await openOracle();
  });
  afterAll(() => oracle.stop());

  it(`means the same to the program and to kubectl (KAUDIT_SEED=${SEED})`, { timeout: TIME + 120_000 }, async () => {
    let cases = 0;
    let refused = 0;
    let meant = 0;
    const property = fc.asyncProperty(kubeconfigs, async ({ texts, bytes }) => {
      const given = texts.map((text) => (text === undefined ? undefined : bytes(filled(text, oracle.words))));
      const { kubectl, ours } = await oracle.compare(given);
      const text = texts.join('\n=====\n');
      cases += 1;
      if ('refused' in kubectl) refused += 1;
      if ('refused' in kubectl && 'refused' in ours) {
        // For the same reason, as far as the text itself decides.
        if (texts.length > 1) return;
        const notYaml = [/isn’t valid YAML/.test(ours.refused), /: yaml: /.test(kubectl.refused)];
        expect({ text, notYaml }).toEqual({ text, notYaml: [notYaml[1], notYaml[1]] });
        return;
      }
      if (isMeant({ text, kubectl, ours })) {
        meant += 1;
        return;
      }
      const { faulty: _, ...outcome } = ours;
      expect({ text, outcome }).toEqual({ text, outcome: kubectl });
    });
    await fc.assert(property, {
      seed: SEED,
      numRuns: CASES,
      interruptAfterTimeLimit: TIME,
      markInterruptAsFailure: false,
      endOnFailure: !FULL,
    });
    console.log(`kubectl judged ${cases} kubeconfigs (KAUDIT_SEED=${SEED}): it refused ${refused}, and ${meant} differ as meant.`);
    expect(cases - refused).toBeGreaterThan(0);
  });
});
