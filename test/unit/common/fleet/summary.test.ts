import { describe, expect, it } from 'vitest';
import { sharedCauses } from '../../../../main/common/fleet/causes.ts';
import { healthRows, worstState } from '../../../../main/common/fleet/rows.ts';
import { summariseConfigMap, unreadable } from '../../../../main/common/fleet/summary.ts';
import { hideSecrets } from '../../../../main/masking/replace.ts';
import { clusterOf, fleetOf } from '../../../support/shown-fleet.ts';

const marks = { fingerprint: () => '00000000', hash: () => 'hash' };

function summary(context: string, text: string) {
  const ref = { context, namespace: 'alcide-kaudit', name: 'kaudit-integration-prod' };
  return summariseConfigMap(
    { ref, uid: 'u', resourceVersion: '1', instance: 'prod', text, masked: text, readOnly: false, managed: null },
    marks,
  );
}

describe("a ConfigMap that can't be read", () => {
  const broken = '- type: detections\n  target: {\n';

  it('is the step at which its cluster fails, with its name and what is wrong', () => {
    const problem = unreadable([summary('x', '- type: activity\n'), summary('x', broken)]);
    expect(problem).toMatchObject({
      step: 'parse',
      message: expect.stringMatching(/^kaudit-integration-prod in alcide-kaudit can’t be read: ./),
    });
  });

  it('is one line for many clusters with the same problem, and one row in the tray', () => {
    const clusters = ['a', 'b', 'c'].map((context) => {
      const configMaps = [summary(context, broken)];
      return clusterOf(context, configMaps, { problem: unreadable(configMaps) });
    });
    expect(sharedCauses(clusters)).toMatchObject([
      { message: '3 clusters have a ConfigMap that can’t be read.', contexts: ['a', 'b', 'c'] },
    ]);
    const fleet = fleetOf(clusters);
    expect(healthRows(fleet).map(({ kind }) => kind)).toEqual(['document', 'document', 'document']);
    expect(worstState(fleet, 0)).toBe('failing');
  });

  it.each(['', '# nothing yet\n', '- type: detections\n'])('is never one that says %j', (text) => {
    expect(unreadable([summary('x', text)])).toBeNull();
  });
});

describe('a text in binaryData', () => {
  const text = '- type: detections\n';
  const ref = { context: 'c', namespace: 'n', name: 'm' };
  const input = { ref, uid: 'u', resourceVersion: '1', instance: 'm', text, masked: text, readOnly: false, managed: null };

  it("is one that kAudit can't read, unless it is UTF-8", () => {
    const shown = summariseConfigMap({ ...input, binary: 'Windows-1252' }, marks);
    expect(shown).toMatchObject({ state: 'invalid', integrations: [], problem: { severity: 'error' } });
    expect(shown.problem?.message).toContain('binaryData');
    expect(unreadable([shown])?.message).toContain('kAudit can’t read it');
    expect(summariseConfigMap({ ...input, binary: 'UTF-8' }, marks)).toEqual(summariseConfigMap(input, marks));
  });
});

describe('what is wrong', () => {
  const ref = { context: 'c', namespace: 'n', name: 'm' };
  const rest = { ref, uid: 'u', resourceVersion: '1', instance: 'm', readOnly: false, managed: null };

  it('comes from the masked text, as do names, types and places', () => {
    const text = `- type: cxtp_0123456789
  name: &k Sentinel-name
  target: {target-type: kafka, kafka-broker: "SASL_SSL://u:Sentinel-password@broker:9092", kafka-topic: t, api-key: *k}
`;
    const shown = summariseConfigMap({ ...rest, text, masked: hideSecrets(text) }, marks);
    expect(JSON.stringify(shown)).not.toMatch(/Sentinel|cxtp_/);
    expect(shown.integrations[0]?.targets).toMatchObject([{ type: 'kafka', host: 'SASL_SSL://broker:9092' }]);
  });

  it('ties a target to its key and its reports by the raw text', () => {
    const hash = (parts: readonly string[]) => parts.join(' ');
    const text = '- type: detections\n  target: {target-type: http-api, http-api-uri: https://a.example, http-api-token: Sentinel}\n';
    const shown = summariseConfigMap({ ...rest, text, masked: hideSecrets(text) }, { fingerprint: (key) => `of ${key}`, hash });
    expect(shown.integrations[0]?.targets[0]).toMatchObject({
      key: { fingerprint: 'of Sentinel' },
      hash: expect.stringContaining('Sentinel'),
    });
  });
});

describe('what an entry says', () => {
  const reading = { fingerprint: () => '00000000', hash: (parts: readonly string[]) => parts.join(' ') };
  const contentOf = (text: string) =>
    summariseConfigMap(
      {
        ref: { context: 'c', namespace: 'n', name: 'm' },
        uid: 'u',
        resourceVersion: '1',
        instance: 'm',
        text,
        masked: text,
        readOnly: false,
        managed: null,
      },
      reading,
    ).integrations.at(-1)?.content;
  const entry = '- type: detections\n  target: {target-type: http-api, rate-limit: 5}\n  data-filter: {confidence: [0]}\n  x: 1\n';

  it.each([
    ['its filter', entry.replace('[0]', '[1]')],
    ['a limit', entry.replace('5', '6')],
    ['a field of its own', entry.replace('x: 1', 'x: 2')],
    ['its type', entry.replace('detections', 'activity')],
  ])('is different if %s is', (_, text) => {
    expect(contentOf(text)).not.toBe(contentOf(entry));
  });

  it('is the same with other comments, and at another place', () => {
    expect(contentOf(entry.replace('target-type: http-api, rate-limit: 5', 'rate-limit: 5, target-type: http-api'))).toBe(contentOf(entry));
    expect(contentOf(`# why\n- type: activity\n${entry} # end\n`)).toBe(contentOf(entry));
  });
});
