import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { EXPORT_FORMS } from '../../main/common/rollout/export.ts';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';
import { KUBECTL } from '../support/kubectl.ts';
import { endpointOf, patchText, textOf } from '../support/raw-kubernetes.ts';
import { describeWith } from '../support/requirement.ts';

// Every text that the program exports: drift, a change, the presets. kubectl applies what it is given.

const ref = { context: 'prod-eu', namespace: 'alcide-kaudit', name: 'kaudit-integration-payments' };
/** Another release manager manages it: its changes are exported. */
const core = { context: 'audit-readonly', namespace: 'alcide-kaudit', name: 'kaudit-integration-kaudit-core' };

/** In the document's order. */
const KEYS = [
  'cxtp_NamedNamedNamedNamedNamedNamed',
  'cxtp_AaaaAaaaAaaaAaaaAaaaAaaaAaaaAa',
  'cxtp_CommentCommentCommentCommentCo',
  'https://hooks.slack.com/services/T000EXPO/B000EXPO/abcdefghijklmnopqrstuvwx',
  'c2hhcmVkS2V5T2ZBenVyZVRoYXRJc0xvbmdFbm91Z2g=',
  'logs:passwordInTheUrl0123456789',
];
const [NAMED, INLINE, COMMENT, SLACK, SHARED, IN_URL] = KEYS;
const TEXT = `# ours, don’t sort
- val-named: ${NAMED}
- type: detections
  name: main
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk
    http-api-token: "${INLINE}"   # keep
    rate-limit: 1
# http-api-token: ${COMMENT}
- type: selections
  target: {target-type: slack, slack-uri: '${SLACK}'}
- type: activity
  target:
    - target-type: azure
      workspace-id: acme
      shared-key: ${SHARED}
    - target-type: http-api
      http-api-uri: https://${IN_URL}@logs.acme.example/in
      ref/http-api-token: val-named

`;
const EDITED = TEXT.replace('rate-limit: 1', 'rate-limit: 8');
const edits = [{ op: 'set' as const, path: [1, 'target', 'rate-limit'], value: 8 }];
const PLACEHOLDER = /<key-[0-9a-f]+>/g;

describeWith([KUBECTL], 'exports', () => {
  let host: Host;
  let kubeconfig: string;
  const given: string[] = [];
  const run = (command: string, args: readonly string[]) =>
    promisify(execFile)(command, args, { env: { ...process.env, KUBECONFIG: kubeconfig, HOME: host.directory } });
  const endpoint = () => endpointOf(kubeconfig, ref.context);
  const stored = () => textOf(endpoint(), ref.namespace, ref.name);
  const reset = async () => {
    await patchText(endpoint(), ref.namespace, ref.name, TEXT);
    expect(await stored()).toBe(TEXT);
  };
  /** Whoever gets it fills in the keys like this. */
  const filled = (text: string) => {
    const [, body = ''] = /^(?:#.*\n)+([\s\S]*)$/.exec(text) ?? [];
    const keys = KEYS.values();
    return body.replaceAll(PLACEHOLDER, () => String(keys.next().value));
  };
  const exported = async (form: (typeof EXPORT_FORMS)[number]) => {
    const { resourceVersion: base } = await host.ask('configMap.get', { ref });
    const reply = await host.ask('configMap.export', { ref, base, edits, form });
    if (reply.outcome !== 'exported') throw new Error(reply.reason);
    given.push(reply.text);
    expect(reply.text).toContain('ref/http-api-token: val-named');
    expect(reply.placeholders.map(({ placeholder }) => placeholder)).toEqual(reply.text.match(PLACEHOLDER)?.slice(KEYS.length));
    return reply.text;
  };

  beforeAll(async () => {
    host = await startHost({ flags: ['--demo'] });
    await vi.waitFor(() => expect(host.errors()).toContain('--kubeconfig'));
    kubeconfig = /--kubeconfig (\S+)/.exec(host.errors())?.[1] ?? '';
    for (const context of ['prod-eu', 'prod-us', 'audit-readonly']) await host.ask('cluster.connect', { context });
    await reset();
  });
  afterAll(async () => {
    await host?.stop();
  });

  describe('an exported change', () => {
    test('as a patch: with its keys filled in, kubectl makes exactly the change that the program would make', async () => {
      await reset();
      const file = join(host.directory, 'patch.yaml');
      writeFileSync(file, filled(await exported('patch')), { mode: 0o600 });
      await run('kubectl', ['--context', ref.context, '-n', ref.namespace, 'patch', 'configmap', ref.name, '--patch-file', file]);
      expect(await stored()).toBe(EDITED);
      await reset();
      const { resourceVersion: base } = await host.ask('configMap.get', { ref });
      expect(await host.ask('configMap.apply', { ref, base, edits })).toMatchObject({ outcome: 'saved' });
      expect(await stored()).toBe(EDITED);
    });

    test('as a command: a shell runs it and nothing else', async () => {
      await reset();
      await run('bash', ['-euc', filled(await exported('kubectl'))]);
      expect(await stored()).toBe(EDITED);
    });

    test('as a values file: it contains just the text', async () => {
      await reset();
      expect(parse(filled(await exported('values')))).toEqual({ kauditIntegrationsFile: EDITED });
    });

    test('of a managed row of a plan, which writes nothing', async () => {
      const before = (await host.ask('configMap.get', { ref: core })).text;
      const change = { op: 'stopped' as const, value: true };
      const { plan, rows } = await host.ask('rollout.plan', { targets: [{ ref: core, integration: 0 }], change });
      expect(rows).toMatchObject([{ outcome: 'managed' }]);
      for (const form of EXPORT_FORMS) {
        const reply = await host.ask('rollout.export', { plan, row: rows[0]?.id ?? '', form });
        if (reply.outcome !== 'exported') throw new Error(reply.reason);
        given.push(reply.text);
        expect(reply.text).toContain('stopped: true');
        expect(reply.text).not.toContain('masked-key');
        const read = form === 'kubectl' ? {} : (parse(reply.text) as Record<string, unknown>);
        expect(Object.keys(read)).toEqual(form === 'patch' ? ['data'] : form === 'values' ? ['kauditIntegrationsFile'] : []);
      }
      expect((await host.ask('configMap.get', { ref: core })).text).toBe(before);
    });
  });

  test('drift as CSV and JSON: the same as on screen, keys as fingerprints, references by name, and since when', async () => {
    await reset();
    // The most common value: three others have the same key, in the same place.
    const { clusters } = await host.ask('fleet.get', {});
    const others = clusters.flatMap(({ configMaps }) => configMaps.filter(({ readOnly, managed }) => !readOnly && managed === null));
    for (const other of others.filter((one) => one.ref.name !== ref.name)) {
      const { resourceVersion: base } = await host.ask('configMap.get', { ref: other.ref });
      const text = `- type: detections\n  target: {target-type: http-api, http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk, http-api-token: ${INLINE}}\n`;
      await host.ask('configMap.apply', { ref: other.ref, base, edits: [{ op: 'text', text }] });
    }
    const groups = await vi.waitFor(async () => {
      const found = await host.ask('drift.get', {});
      const [detections] = found.filter(({ type }) => type === 'detections');
      expect(detections?.fields.find(({ field }) => field === 'credentials')?.agree).toBeGreaterThan(others.length - 1);
      return found;
    });
    const { text: json } = await host.ask('drift.export', { format: 'json' });
    const { text: csv } = await host.ask('drift.export', { format: 'csv' });
    given.push(json, csv);
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(groups)));
    const lines = csv.trimEnd().split('\r\n');
    expect(lines[0]).toBe('context,namespace,configMap,entry,type,field,says,usual,since');
    expect(lines).toHaveLength(1 + groups.flatMap(({ odd }) => odd.flatMap(({ differs }) => differs)).length);
    const said = groups.flatMap(({ odd }) => odd.flatMap(({ differs }) => differs)).filter(({ field }) => field.endsWith('credentials'));
    expect(said.length).toBeGreaterThan(0);
    for (const { says = '', usual = '' } of said)
      for (const words of [says, usual])
        expect(words).toMatch(/^$|^key [0-9a-f]{8}$|^(the|an older) key of .* \([0-9a-f]{8}\)$|^reference val-[\w-]+$/);
  });

  test('the presets, without their keys', async () => {
    await host.ask('preset.save', { preset: { name: 'Exported', domain: 'eu2.coralogix.com' }, key: INLINE ?? '' });
    const { text } = await host.ask('preset.export', {});
    given.push(text);
    expect(text).toContain('Exported');
  });

  test('since when a key differs, which the history knows without containing it', async () => {
    const other = 'cxtp_OtherOtherOtherOtherOtherOther';
    const before = await host.ask('drift.get', {});
    const oddOf = (groups: typeof before) => groups.flatMap(({ odd }) => odd).filter(({ ref: own }) => own.name === ref.name);
    const { resourceVersion: base } = await host.ask('configMap.get', { ref });
    const set = [{ op: 'set' as const, path: [1, 'target', 'http-api-token'], value: other }];
    const changed = new Date();
    expect(await host.ask('configMap.apply', { ref, base, edits: set })).toMatchObject({ outcome: 'saved' });
    await vi.waitFor(async () => {
      const differs = oddOf(await host.ask('drift.get', {})).flatMap((one) => (one.integration === 1 ? one.differs : []));
      const key = differs.find(({ field }) => field === 'credentials');
      expect(key?.says).toMatch(/^key [0-9a-f]{8}$/);
      expect(Date.parse(key?.since ?? '')).toBeGreaterThanOrEqual(changed.getTime());
    });
    given.push(JSON.stringify(await host.ask('drift.get', {})));
    KEYS.push(other);
  });

  test('no export contains a key', () => {
    expect(given.length).toBeGreaterThan(8);
    for (const text of given) for (const key of KEYS) expect(text.includes(key)).toBe(false);
    for (const text of given) expect(text).not.toMatch(/cxtp_|passwordInTheUrl|masked-key/);
  });
});
