import { expect, test } from 'vitest';
import { type DriftInput, driftCsv, driftOf } from '../../../../main/common/fleet/drift.ts';

const one = (name: string, says: DriftInput['says'], type = 'detections'): DriftInput => ({
  ref: { context: 'c', namespace: 'n', name },
  integration: 0,
  type,
  says,
});

test('drift shows what most clusters have, and which clusters differ in which field', () => {
  const usual = { 'sends to': 'api.eu2.coralogix.com', confidence: '[0,1]' };
  const groups = driftOf([
    one('a', usual),
    one('b', usual),
    one('c', { ...usual, confidence: '[0]', 'rate-limit': '5' }),
    one('d', { 'sends to': 'x' }, 'activity'),
  ]);
  const [detections, activity] = groups;
  expect(detections?.fields.map(({ field, usual: most }) => [field, most])).toEqual([
    ['confidence', '[0,1]'],
    ['rate-limit', undefined],
    ['sends to', 'api.eu2.coralogix.com'],
  ]);
  expect(detections?.odd).toEqual([
    {
      ref: { context: 'c', namespace: 'n', name: 'c' },
      integration: 0,
      differs: [
        { field: 'confidence', says: '[0]', usual: '[0,1]' },
        { field: 'rate-limit', says: '5' },
      ],
    },
  ]);
  expect(activity?.odd).toEqual([]);
});

test('no cluster is odd when no two agree', () => {
  expect(driftOf([one('a', { x: '1' }), one('b', { x: '2' })])[0]?.odd).toEqual([]);
});

test('the CSV quotes what needs quotes, and starts no formula', () => {
  const csv = driftCsv(driftOf([one('a', { x: '1' }), one('b', { x: '1' }), one('=cmd()', { x: 'a,"b"' })]));
  expect(csv).toBe('context,namespace,configMap,entry,type,field,says,usual,since\r\nc,n,\'=cmd(),1,detections,x,"a,""b""",1,\r\n');
});
