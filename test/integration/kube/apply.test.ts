import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { applyText } from '../../../main/kube/cluster/apply.ts';
import type { ClusterConnection } from '../../../main/kube/cluster/cluster-connection.ts';
import type { RawConfigMap } from '../../../main/kube/cluster/config-map.ts';
import type { ConfigMapWriter } from '../../../main/kube/cluster/config-map-writer.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../../support/api-server.ts';
import { FULL } from '../../support/full-run.ts';
import type { Endpoint, User } from '../../support/raw-kubernetes.ts';
import { apply, call, remove } from '../../support/raw-kubernetes.ts';
import { describeWith } from '../../support/requirement.ts';
import { borrowApiServer } from '../../support/shared-api-server.ts';
import { entryOf, watching } from './watching.ts';

const NAME = 'kaudit-integration-prod';
const MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const BEFORE = '# first\n- type: detections\n';
const WRITERS = 10;
const EDITS = FULL ? 20 : 3;

describeWith([apiServerRequirement], 'applying to a real API server', () => {
  let server: ApiServer;
  let endpoint: Endpoint;
  const open: ClusterConnection[] = [];
  const ref = (context: User) => ({ context, namespace: NAMESPACE, name: NAME });

  const as = async (user: User): Promise<ConfigMapWriter> => {
    const { connection } = watching(await entryOf(server.kubeconfig, user));
    open.push(connection);
    await connection.connect();
    return connection.writer;
  };
  const put = (text: string) =>
    apply(endpoint, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: NAME, namespace: NAMESPACE, labels: { app: 'kaudit' }, annotations: { note: 'kept' } },
      data: { 'audit-integration': text, other: 'kept' },
    });
  const stored = async (): Promise<{
    data: Record<string, string>;
    metadata: { uid: string; resourceVersion: string; labels: object; managedFields: { manager: string }[] };
  }> => (await call(endpoint, `${MAPS}/${NAME}`)).json;
  const write = (text: string) => () => ({ outcome: 'write' as const, text });

  beforeAll(async () => {
    server = await borrowApiServer();
    ({ endpoint } = server);
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    await remove(endpoint, MAPS);
    await put(BEFORE);
  });
  afterEach(() => Promise.all(open.splice(0).map((connection) => connection.close())));

  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
  const latin1 = fileURLToPath(new URL('../../fixtures/config-map/latin1.yaml', import.meta.url));
  it.each([
    ['Windows-1252', readFileSync(latin1), readFileSync(latin1, 'latin1')],
    ['UTF-16', utf16('# ключ\n- type: detections\n'), '# ключ\n- type: detections\n'],
    ['UTF-16', utf16('# ключ\n- type: detections\n').swap16(), '# ключ\n- type: detections\n'],
  ])('moves a text in %s that kubectl put into binaryData, even if the text stays the same', async (binary, bytes, text) => {
    const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-binary-'));
    const file = join(directory, 'audit-integration');
    writeFileSync(file, bytes);
    await remove(endpoint, `${MAPS}/${NAME}`);
    await server.kubectl(['create', 'configmap', NAME, '-n', NAMESPACE, `--from-file=${file}`]);
    rmSync(directory, { recursive: true });
    const editor = await as('editor');
    const before = await editor.get(ref('editor'));
    expect(before).toMatchObject({ binary, text, writer: { manager: expect.stringContaining('kubectl') } });
    expect(await applyText(editor, ref('editor'), write(text))).toMatchObject({ outcome: 'saved', configMap: { text } });
    const after = await stored();
    expect(after.data).toEqual({ 'audit-integration': text });
    expect(after).not.toHaveProperty('binaryData');
  });

  it.each([
    ['CRLF and trailing blanks', '- type: detections \r\n  target: {}\t\r\n\r\n'],
    ['no last newline', '- type: activity'],
    ['Unicode beyond the basic plane', '# ключ 鍵 🔑 \u2028 \u0085 é e\u0301\n- type: "\\u00e9"\n'],
    ['characters that JSON and HTML escape', '- a: "<b>&\\\\\\""\n# \u0001\u007f\n'],
    ['a byte order mark', '\ufeff- type: detections\n'],
    ['nothing', ''],
  ])('stores %s byte for byte', async (_, text) => {
    const editor = await as('editor');
    const outcome = await applyText(editor, ref('editor'), write(text));
    expect(outcome).toMatchObject({ outcome: 'saved', configMap: { text } });
    const { data, metadata } = await stored();
    expect(data).toEqual({ 'audit-integration': text, other: 'kept' });
    expect(metadata.labels).toEqual({ app: 'kaudit' });
    expect(metadata.managedFields.map(({ manager }) => manager)).toContain('kaudit-tray');
  });

  it('sends nothing when the text is already there', async () => {
    const viewer = await as('viewer');
    const before = await stored();
    expect(await applyText(viewer, ref('viewer'), write(BEFORE))).toMatchObject({ outcome: 'saved', configMap: { text: BEFORE } });
    expect((await stored()).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  });

  it('plans again on the new text when someone else was faster', async () => {
    const editor = await as('editor');
    const seen: (string | null)[] = [];
    let other: Promise<unknown> = Promise.resolve();
    // The other writer changes it between the plan and the patch: the first patch waits for it.
    const slow = new Proxy(editor, {
      get: (target, property) =>
        property === 'patchText'
          ? async (...args: Parameters<ConfigMapWriter['patchText']>) => {
              await other;
              return target.patchText(...args);
            }
          : Reflect.get(target, property).bind?.(target),
    });
    const outcome = await applyText(slow, ref('editor'), (live) => {
      seen.push(live.text);
      if (seen.length === 1) other = put('# theirs\n');
      return { outcome: 'write', text: `${live.text}# mine\n` };
    });
    expect(seen).toEqual([BEFORE, '# theirs\n']);
    expect(outcome).toMatchObject({ outcome: 'saved' });
    expect((await stored()).data['audit-integration']).toBe('# theirs\n# mine\n');
  });

  it(`saves what ${WRITERS} writers change together, each change exactly once, without a conflict`, async () => {
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => as('editor')));
    const lines = writers.map((_, writer) => Array.from({ length: EDITS }, (__, edit) => `# writer ${writer}, edit ${edit}`));
    const outcomes = await Promise.all(
      writers.map(async (writer, index) => {
        const ended: string[] = [];
        for (const line of lines[index] ?? []) {
          // As a merge: the existing parts stay.
          const plan = ({ text }: RawConfigMap) => ({ outcome: 'write' as const, text: text?.includes(line) ? text : `${text}${line}\n` });
          ended.push((await applyText(writer, ref('editor'), plan)).outcome);
        }
        return ended;
      }),
    );
    expect(outcomes.flat()).toEqual(lines.flat().map(() => 'saved'));
    const { data } = await stored();
    expect(data['audit-integration']?.slice(BEFORE.length).trimEnd().split('\n').sort()).toEqual(lines.flat().sort());
  });

  it('gives up after the maximum of lost races, without writing', async () => {
    const editor = await as('editor');
    let round = 0;
    const racing = new Proxy(editor, {
      get: (target, property) =>
        property === 'patchText'
          ? async (live: RawConfigMap, text: string, options: { dryRun: boolean }) => {
              // Between the dry run, which passes, and the patch.
              if (!options.dryRun) await put(`# round ${++round}\n`);
              return target.patchText(live, text, options);
            }
          : Reflect.get(target, property).bind?.(target),
    });
    const outcome = await applyText(racing, ref('editor'), write('# mine\n'), { attempts: 3 });
    expect(outcome).toMatchObject({ outcome: 'conflict', live: { text: '# round 3\n' } });
    expect((await stored()).data['audit-integration']).toBe('# round 3\n');
  });

  it('never patches another object of the same name', async () => {
    const editor = await as('editor');
    const old = await editor.get(ref('editor'));
    await remove(endpoint, `${MAPS}/${NAME}`);
    await put('# new object\n');
    if (old === null) throw new Error('It was not there');
    await expect(editor.patchText(old, '# mine\n', { dryRun: false })).rejects.toMatchObject({ status: 409 });
    const now = await stored();
    await expect(
      editor.patchText({ ...old, resourceVersion: now.metadata.resourceVersion }, '# mine\n', { dryRun: false }),
    ).rejects.toMatchObject({ name: 'RequestError' });
    expect((await stored()).data['audit-integration']).toBe('# new object\n');
    const uids: string[] = [];
    await applyText(editor, ref('editor'), (live) => {
      uids.push(live.uid);
      return { outcome: 'stop', value: 'another object' };
    });
    expect(uids).toEqual([now.metadata.uid]);
    expect(uids[0]).not.toBe(old.uid);
  });

  it('writes nothing when the plan stops', async () => {
    const editor = await as('editor');
    expect(await applyText(editor, ref('editor'), () => ({ outcome: 'stop', value: 42 }))).toEqual({ outcome: 'stopped', value: 42 });
    expect((await stored()).data['audit-integration']).toBe(BEFORE);
  });

  it('names the missing verb and the Role to a viewer', async () => {
    const viewer = await as('viewer');
    const outcome = await applyText(viewer, ref('viewer'), write('# mine\n'));
    expect(outcome).toMatchObject({ outcome: 'forbidden', verb: 'patch' });
    expect(outcome.outcome === 'forbidden' && outcome.role).toContain("--user='viewer'");
    expect((await stored()).data['audit-integration']).toBe(BEFORE);
  });

  it('fails clearly for a stranger and for refused credentials', async () => {
    await expect(applyText(await as('stranger'), ref('stranger'), write('x'))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(applyText(await as('expired'), ref('expired'), write('x'))).rejects.toMatchObject({ code: 'needs-sign-in' });
  });

  it('says so when the object is gone', async () => {
    const editor = await as('editor');
    await remove(endpoint, `${MAPS}/${NAME}`);
    expect(await applyText(editor, ref('editor'), write('x'))).toMatchObject({ outcome: 'gone' });
  });

  it('gives the reason for a refused text without quoting it', async () => {
    const editor = await as('editor');
    const outcome = await applyText(editor, ref('editor'), write(`key: SENTINEL-1234567890\n${'x'.repeat(1_100_000)}`));
    if (outcome.outcome !== 'rejected') return expect.fail(outcome.outcome);
    expect(await outcome.error.explain((message) => message)).toContain('1048576');
    expect(await outcome.error.explain((message) => message)).not.toContain('SENTINEL');
    expect((await stored()).data['audit-integration']).toBe(BEFORE);
  });
});
