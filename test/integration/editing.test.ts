import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fieldPath, removalPath } from '../../main/common/integration/document.ts';
import type { Edit } from '../../main/common/integration/reading/integration.ts';
import type { ConfigMapView, PreviewReply } from '../../main/common/replies.ts';
import type { Value } from '../../main/common/yaml/value.ts';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';
import type { Requirement } from '../support/requirement.ts';
import { describeWith } from '../support/requirement.ts';

// Edits as the form sends them, on the running program: what main makes of masked text, and what it refuses.

const ref = { context: 'prod-eu', namespace: 'alcide-kaudit', name: 'kaudit-integration-payments' };
const A = 'cxtp_AAAAaaaaAAAAaaaaAAAAaaaaAAAAaa';
const B = 'cxtp_BBBBbbbbBBBBbbbbBBBBbbbbBBBBbb';
const TEXT = `- type: detections
  name: two
  target:
    - target-type: http-api
      http-api-uri: https://a.example/logs
      http-api-token: ${A}   # ours
    - target-type: http-api
      http-api-uri: https://b.example/logs
      http-api-token: "${B}"
- type: activity
  target:
    - target-type: aws-s3
    - aws-bucket: b
    - aws-secret-access-key: ${A}
`;

let host: Host;
beforeAll(async () => {
  host = await startHost({ flags: ['--demo'] });
  await host.ask('cluster.connect', { context: ref.context });
});
afterAll(async () => {
  await host?.stop();
});

/** The ConfigMap with that text in the cluster. */
async function opened(text: string): Promise<ConfigMapView> {
  const before = await host.ask('configMap.get', { ref });
  const reply = await host.ask('configMap.apply', { ref, base: before.resourceVersion, edits: [{ op: 'text', text }] });
  if (reply.outcome !== 'saved') throw new Error(`${reply.outcome}`);
  return reply.configMap;
}

function preview(view: ConfigMapView, edits: readonly Edit[]): Promise<PreviewReply> {
  return host.ask('configMap.preview', { ref, base: view.resourceVersion, edits: [...edits] as never });
}

async function made(view: ConfigMapView, edits: readonly Edit[]): Promise<Extract<PreviewReply, { outcome: 'preview' }>> {
  const reply = await preview(view, edits);
  if (reply.outcome !== 'preview') throw new Error(reply.reason);
  return reply;
}

function maskAt(secrets: ConfigMapView['secrets'], ...path: (string | number)[]): string {
  const found = secrets.find((secret) => JSON.stringify(secret.path) === JSON.stringify(path));
  if (!found) throw new Error(`no secret at ${path.join('/')}`);
  return found.mask;
}

describe('targets and integrations with their keys', () => {
  let view: ConfigMapView;
  beforeAll(async () => {
    view = await opened(TEXT);
  });

  test('duplicate, move and add: each key stays with its URL, and no key leaves main', async () => {
    const edits: Edit[] = [
      { op: 'duplicate', integration: 0 },
      { op: 'moveTarget', integration: 1, from: 1, to: 0 },
      { op: 'duplicate', integration: 0, target: 0 },
      { op: 'addTarget', integration: 2, type: 'kafka' },
    ];
    const reply = await made(view, edits);
    expect(JSON.stringify(reply)).not.toMatch(/cxtp_[AB]/);
    const a = maskAt(view.secrets, 0, 'target', 0, 'http-api-token');
    const b = maskAt(view.secrets, 0, 'target', 1, 'http-api-token');
    const beside = (integration: number) =>
      reply.integrations[integration]?.targets.map(({ fields }) =>
        fields.filter(({ name }) => name.startsWith('http-api-')).map(({ value }) => value),
      );
    expect(beside(0)).toEqual([
      ['https://a.example/logs', a],
      ['https://a.example/logs', a],
      ['https://b.example/logs', b],
    ]);
    expect(beside(1)).toEqual([
      ['https://b.example/logs', b],
      ['https://a.example/logs', a],
    ]);
    expect(reply.integrations[2]?.targets.map(({ type }) => type)).toEqual(['aws-s3', 'kafka']);

    const saved = await host.ask('configMap.apply', { ref, base: view.resourceVersion, edits: edits as never });
    expect(saved.outcome).toBe('saved');
    expect(saved.outcome === 'saved' && saved.configMap.text).toBe(reply.text);
    view = await opened(TEXT);
  });

  test('the text of such a preview is accepted as text, too', async () => {
    const reply = await made(view, [{ op: 'moveTarget', integration: 0, from: 1, to: 0 }]);
    const again = await made(view, [
      { op: 'moveTarget', integration: 0, from: 1, to: 0 },
      { op: 'text', text: reply.text.replace('name: two', 'name: swapped') },
    ]);
    expect(again.secrets.map(({ fingerprint }) => fingerprint)).toEqual(reply.secrets.map(({ fingerprint }) => fingerprint));
  });

  test('no key ends up next to another URL through a mask: set, inserted, or swapped in the text', async () => {
    const a = maskAt(view.secrets, 0, 'target', 0, 'http-api-token');
    const b = maskAt(view.secrets, 0, 'target', 1, 'http-api-token');
    const evil = { 'target-type': 'http-api', 'http-api-uri': 'https://evil.example/', 'http-api-token': a };
    const hostile: Edit[][] = [
      [{ op: 'set', path: [0, 'target', 1, 'http-api-token'], value: a }],
      [
        { op: 'set', path: [0, 'target', 0], value: evil },
        { op: 'set', path: [0, 'target', 1], value: evil },
      ],
      [{ op: 'set', path: [0, 'target', 2], value: evil }],
      [{ op: 'insert', index: 2, value: { type: 'detections', target: evil } }],
      [
        { op: 'duplicate', integration: 0, target: 0 },
        { op: 'set', path: [0, 'target', 2, 'http-api-token'], value: a },
      ],
      [
        { op: 'duplicate', integration: 0 },
        { op: 'set', path: [1, 'target', 1], value: evil },
      ],
      [{ op: 'addTarget', integration: 0, type: a }],
      [
        { op: 'moveTarget', integration: 0, from: 0, to: 1 },
        { op: 'text', text: view.text },
      ],
      [{ op: 'text', text: view.text.replace(a, '§').replace(b, a).replace('§', b) }],
      [
        { op: 'duplicate', integration: 0 },
        {
          op: 'text',
          text: `${view.text}- type: detections\n  target: {target-type: http-api, http-api-uri: https://evil.example/, http-api-token: ${a}}\n`,
        },
      ],
    ];
    const keyBeside = (reply: PreviewReply) =>
      reply.outcome === 'refused'
        ? []
        : reply.integrations.flatMap(({ targets }) =>
            targets.flatMap(({ fields }) => {
              const value = (name: string) => fields.find((field) => field.name === name)?.value;
              const path = fields.find(({ name }) => name === 'http-api-token')?.path;
              const known = reply.secrets.find((secret) => JSON.stringify(secret.path) === JSON.stringify(path));
              return known ? [`${known.fingerprint} ${String(value('http-api-uri'))}`] : [];
            }),
          );
    const allowed = keyBeside({ outcome: 'preview', diff: { lines: [], changes: [] }, ...view });
    for (const edits of hostile) {
      const pairs = keyBeside(await preview(view, edits));
      expect({ edits, pairs: pairs.filter((pair) => !allowed.includes(pair)) }).toEqual({ edits, pairs: [] });
    }
  });

  test('missing places are refused with a sentence', async () => {
    for (const edit of [
      { op: 'duplicate', integration: 9 },
      { op: 'moveTarget', integration: 0, from: 0, to: 7 },
      { op: 'moveTarget', integration: 1, from: 0, to: 1 },
      { op: 'duplicate', integration: 0, target: 3 },
    ] satisfies Edit[])
      expect(await preview(view, [edit])).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(/\w.*\.$/) });
  });
});

describe('an offered fix', () => {
  const samples: Record<string, string> = {
    'text that lost its indentation': `- type: detections\ntarget:\ntarget-type: http-api\nhttp-api-uri: 'https://api.coralogix.com/api/v1/logs'\nhttp-api-token: '${A}'\ndata-filter:\nconfidence:\n- 0\n- 1\n`,
    'trailing blanks and tabs': `- type: detections   \n  target:\n    target-type: http-api  \n    http-api-uri: https://api.coralogix.com/logs/v1/bulk\n    http-api-token: "${A}" \t\n`,
    'CRs in some lines': `- type: detections\r\n  target:\r\n    target-type: http-api\n    http-api-uri: https://api.coralogix.com/logs/v1/bulk\r\n    http-api-token: ${A}\r\n`,
    'a retired path and too little confidence': `- type: detection\n  name: much too long for a name\n  target:\n    target-type: http-api\n    http-api-uri: http://api.coralogix.com/api/v1/logs\n    http-api-token: ${A}\n    rate-limit: "-4"\n  data-filter: {confidence: [0]}\n`,
  };
  for (const [what, text] of Object.entries(samples)) {
    test(`can be made on the masked text, and keeps the key: ${what}`, async () => {
      const before = await host.ask('configMap.get', { ref });
      const view = await made(before, [{ op: 'text', text }]);
      const fixes = view.problems.flatMap(({ rule, fix }) => (fix ? [{ rule, fix }] : []));
      expect(fixes.length).toBeGreaterThan(0);
      for (const { rule, fix } of fixes) {
        const reply = await preview(before, [{ op: 'text', text }, ...fix.edits]);
        expect({ rule, outcome: reply.outcome, reason: reply.outcome === 'refused' ? reply.reason : '' }).toEqual({
          rule,
          outcome: 'preview',
          reason: '',
        });
        if (reply.outcome !== 'preview') continue;
        expect(reply.problems.filter((problem) => problem.rule === rule).length).toBeLessThan(
          view.problems.filter((problem) => problem.rule === rule).length,
        );
        expect(reply.secrets.map(({ fingerprint }) => fingerprint)).toEqual(view.secrets.map(({ fingerprint }) => fingerprint));
      }
    });
  }
});

const SAMPLE = join(
  process.env.KAUDIT_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url)),
  'samples',
  'audit-integration.vendor-chart.yaml',
);
const sampleRequirement: Requirement = {
  name: 'the vendor’s sample',
  missing: () => (existsSync(SAMPLE) ? null : `the vendor's sample (${SAMPLE}; name its folder's parent in KAUDIT_SHARED)`),
};

/** The same file with one of its commented-out entries, or all of them, enabled. */
function switchedOn(text: string, chosen: number | 'all'): string {
  let entry = -1;
  return text
    .split('\n')
    .map((line) => {
      if (/^#( {4})?- (type|val-x):/.test(line)) entry++;
      const isData =
        entry >= 0 && (/^#( {4,}|- (type|val-x))/.test(line) || /^# {2}\S/.test(line)) && /^#\s*(- )?[\w/-]+:|^#\s+- /.test(line);
      return isData && (chosen === 'all' || entry === chosen) ? line.slice(1).replace(/^ {4}/, entry < 2 ? '$&' : '') : line;
    })
    .join('\n');
}

describeWith([sampleRequirement], 'the vendor’s own file, edited field by field as the form does it', () => {
  const sample = sampleRequirement.missing() === null ? readFileSync(SAMPLE, 'utf8') : '';

  test('opens unchanged: empty, with every comment, and accepts a first integration after them', async () => {
    const view = await opened(sample);
    expect(view.state).toBe('empty');
    const reply = await made(view, [{ op: 'insert', index: 0, value: { type: 'detections', target: { 'target-type': 'kafka' } } }]);
    expect(reply.text.startsWith(view.text.trimEnd())).toBe(true);
    expect(reply.integrations).toHaveLength(1);
  });

  test('every field of every sample can be set to another value, removed, and set back to the original text', async () => {
    const view = await opened(switchedOn(sample, 'all'));
    expect(view.integrations.map(({ type }) => type)).toEqual([
      ...Array<string>(6).fill('detections'),
      'selections',
      'selections',
      'activity',
    ]);
    expect(view.values.map(({ name }) => name)).toEqual(['val-x']);
    let fields = 0;
    for (const integration of view.integrations) {
      const all = [...integration.filter, ...integration.targets.flatMap((target) => target.fields)];
      for (const field of all) {
        fields++;
        const isSecret = view.secrets.some(({ path }) => JSON.stringify(path) === JSON.stringify(field.path));
        // A key's field contains only the key, never text next to its mask.
        const other = isSecret ? 'another-key' : otherValue(field.value);
        const changed = await made(view, [{ op: 'set', path: field.path, value: other }]);
        const lines = changed.diff.lines.filter(({ kind }) => kind !== 'same');
        // A scalar is one line out and one in; a list, its removed items.
        expect(lines.length).toBeLessThanOrEqual(Array.isArray(field.value) ? field.value.length + 2 : 2);
        expect(lines.length).toBeGreaterThan(0);
        const back = await made(view, [
          { op: 'set', path: field.path, value: other },
          { op: 'set', path: field.path, value: field.value },
        ]);
        if (!isSecret && !Array.isArray(field.value)) expect(back.text).toBe(view.text);
        expect(back.secrets.map(({ fingerprint }) => fingerprint)).toEqual(view.secrets.map(({ fingerprint }) => fingerprint));
        const removed = await made(view, [{ op: 'remove', path: removalPath(integration, field) }]);
        expect(removed.diff.lines.filter(({ kind }) => kind === 'added')).toEqual([]);
        expect(comments(removed.text).length).toBeGreaterThanOrEqual(comments(view.text).length - 5);
      }
      for (const target of integration.targets) {
        const more = await made(view, [{ op: 'set', path: fieldPath(integration, target, 'new-field'), value: 'x' }]);
        expect(more.diff.lines.filter(({ kind }) => kind !== 'same')).toEqual([
          expect.objectContaining({ kind: 'added', text: expect.stringContaining('new-field: x') }),
        ]);
      }
    }
    expect(fields).toBeGreaterThan(45);
  });

  test('each sample alone, duplicated and with one more target', async () => {
    for (let chosen = 0; chosen < 10; chosen++) {
      const view = await opened(switchedOn(sample, chosen));
      const [integration] = view.integrations;
      if (integration === undefined) {
        expect(view.values).toHaveLength(1);
        continue;
      }
      const copied = await made(view, [{ op: 'duplicate', integration: 0 }]);
      expect(copied.integrations[1]).toMatchObject({ type: integration.type, state: integration.state, shape: integration.shape });
      expect(copied.diff.lines.some(({ kind }) => kind === 'removed')).toBe(false);
      const target = await made(view, [{ op: 'addTarget', integration: 0, type: 'kafka' }]);
      expect(target.integrations[0]?.targets.map(({ type }) => type)).toEqual([integration.targets[0]?.type, 'kafka']);
    }
  });
});

function otherValue(value: Value): Value {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (Array.isArray(value)) return value.slice(0, -1).length > 0 ? value.slice(0, -1) : ['other'];
  return `${String(value)}-2`;
}

function comments(text: string): readonly string[] {
  return text.match(/#.*/g) ?? [];
}
