import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FULL } from '../../support/full-run.ts';
import { kubeconfigs } from '../../support/kubeconfig-arbitraries.ts';
import type { Oracle, Outcome } from '../../support/kubeconfig-oracle.ts';
import { filled, openOracle } from '../../support/kubeconfig-oracle.ts';
import { KUBECTL } from '../../support/kubectl.ts';
import { describeWith } from '../../support/requirement.ts';

// Generated kubeconfigs, with kubectl as the judge: the same arrives at a recording server, or both refuse.

const SEED = Number(process.env.KAUDIT_SEED ?? Date.now() % 2 ** 31);
/** Milliseconds, and cases at most. */
const [TIME, CASES] = FULL ? [15 * 60_000, 2_000] : [20_000, 60];

/** Where the two are meant to differ, with the reason. */
const MEANT: readonly { readonly why: string; readonly is: (text: string, kubectl: Outcome, ours: Outcome) => boolean }[] = [
  {
    why: 'kubectl asks its user for a name and a password where it has nothing to send; the program sends nothing, and says so when it is refused',
    is: (_, kubectl, ours) =>
      'refused' in kubectl &&
      /EOF/.test(kubectl.refused) &&
      'arrival' in ours &&
      (ours.arrival.authorization ?? ours.arrival.certificate) === undefined,
  },
  {
    why: 'a name and a password in a plain http address travel in clear with kubectl, and do not leave here',
    is: (text, kubectl, ours) =>
      /http:\/\/me:shh@/.test(text) &&
      'arrival' in kubectl &&
      'arrival' in ours &&
      JSON.stringify({ ...kubectl.arrival, authorization: undefined }) === JSON.stringify(ours.arrival),
  },
  {
    why: 'what a plugin prints means the same in each version of its API, so another one than was asked for is taken',
    is: (_, kubectl, ours) => 'refused' in kubectl && /plugin returned version/.test(kubectl.refused) && 'arrival' in ours,
  },
  {
    why: 'files of a credential that plain http leaves out are not looked for',
    is: (_, kubectl, ours) =>
      'refused' in kubectl && /missing\./.test(kubectl.refused) && 'arrival' in ours && ours.arrival.scheme === 'http',
  },
];

describeWith([KUBECTL], 'a generated kubeconfig', () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await openOracle();
  });
  afterAll(() => oracle.stop());

  it(`means to the program what it means to kubectl (KAUDIT_SEED=${SEED})`, { timeout: TIME + 120_000 }, async () => {
    let cases = 0;
    let refused = 0;
    let meant = 0;
    const property = fc.asyncProperty(kubeconfigs, async (config) => {
      const { kubectl, ours } = await oracle.compare(config.bytes(filled(config.text, oracle.words)));
      cases += 1;
      if ('refused' in kubectl) refused += 1;
      if ('refused' in kubectl && 'refused' in ours) {
        // For the same reason, as far as the text itself goes.
        const notYaml = [/not valid YAML/.test(ours.refused), /: yaml: /.test(kubectl.refused)];
        expect({ config: config.text, notYaml }).toEqual({ config: config.text, notYaml: [notYaml[1], notYaml[1]] });
        return;
      }
      if (MEANT.some(({ is }) => is(config.text, kubectl, ours))) {
        meant += 1;
        return;
      }
      expect({ config: config.text, outcome: ours }).toEqual({ config: config.text, outcome: kubectl });
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
