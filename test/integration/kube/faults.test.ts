import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { applyText } from '../../../main/kube/cluster/apply.ts';
import { RequestError } from '../../../main/kube/errors.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { JsonFile } from '../../../main/settings/json-file.ts';
import { Store } from '../../../main/state/store.ts';
import { Unsettled } from '../../../main/state/unsettled.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../../support/api-server.ts';
import type { Fault, FaultyProxy, Kind } from '../../support/faulty-proxy.ts';
import { FAULTS, KINDS, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { fleet } from '../../support/fleet.ts';
import { FULL } from '../../support/full-run.ts';
import { apply, textOf } from '../../support/raw-kubernetes.ts';
import { describeWith } from '../../support/requirement.ts';
import { borrowApiServer } from '../../support/shared-api-server.ts';
import { entryOf, type Watching, watching } from './watching.ts';

// Whatever fails in one request: nothing is lost, nothing is written twice, and every report about a save is true.

const NAME = 'kaudit-integration-prod';
const ref = { context: 'c', namespace: NAMESPACE, name: NAME };
/** Milliseconds. A late change arrives long after the client has given up. */
const TIMES = { connect: 1_500, request: 2_000, whole: 3_000 };
const LATENESS = 2_500;
const LATE = 4_000;
/** In the gate: those with a report that was once wrong, each over one protocol. */
const SHORT: readonly (readonly [Kind, Fault])[] = [
  ['list', '404'],
  ['list', '401'],
  ['list', 'garbage'],
  ['review', 'reset'],
  ['dry run', '403'],
  ['patch', 'reset after'],
  ['patch', '404 after'],
  ['patch', 'late'],
  ['patch', '403'],
  ['read-back', 'hang'],
  ['read-back', 'garbage'],
];
const cases = FULL ? KINDS.flatMap((kind) => FAULTS.map((fault) => [kind, fault] as const)) : SHORT;

describeWith([apiServerRequirement], 'a request with a fault', () => {
  let server: ApiServer;
  let folder: string;
  beforeAll(async () => {
    server = await borrowApiServer();
    folder = await mkdtemp(join(tmpdir(), 'kaudit-faults-'));
    await apply(server.endpoint, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: NAME, namespace: NAMESPACE, labels: { app: 'kaudit' } },
      data: { 'audit-integration': '# first\n' },
    });
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const stored = () => textOf(server.endpoint, NAMESPACE, NAME);

  for (const [position, protocol] of ['HTTP/2', 'HTTP/1.1'].entries()) {
    let proxy: FaultyProxy;
    let open: Watching;
    let unsettled: Unsettled;
    let store: Store;
    beforeAll(async () => {
      proxy = await startFaultyProxy(server.server, server.authority.certificate, protocol === 'HTTP/2', LATENESS);
      const file = join(folder, `config-${position}`);
      const cluster = {
        server: proxy.url,
        'certificate-authority-data': Buffer.from(proxy.authority.certificate).toString('base64'),
      };
      await writeFile(
        file,
        JSON.stringify({
          clusters: [{ name: 'c', cluster }],
          users: [{ name: 'c', user: { token: server.token('editor') } }],
          contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
        }),
      );
      open = watching(await entryOf(file, 'c'), [], TIMES);
      store = new Store(fleet());
      const problems = (message: string): void => expect.fail(message);
      unsettled = new Unsettled({
        store,
        file: new JsonFile({ directory: folder, name: `unsettled-${position}.json`, what: 'The changes', onProblem: problems }),
        fingerprinter: new Fingerprinter(Buffer.alloc(32, 7)),
        writer: () => open.connection.writer,
        late: LATE,
      });
      await open.connection.connect();
    });
    afterAll(async () => {
      unsettled?.close();
      store?.close();
      await open?.connection.close();
      await proxy?.close();
    });

    it.each(cases.filter((_, index) => FULL || index % 2 === position))(`${protocol}: %s, %s`, { timeout: 60_000 }, async (kind, fault) => {
      const line = `# ${kind}, ${fault}, ${position}\n`;
      const before = await stored();
      proxy.fail(kind, fault);
      if (kind === 'list' || kind === 'watch' || kind === 'review') {
        void open.connection.refresh();
        await vi.waitFor(() => expect(proxy.hasFailed()).toBe(true), { timeout: 20_000 });
      }
      const apply = () =>
        unsettled.sending(ref, (onSend) =>
          applyText(open.connection.writer, ref, (live) => ({ outcome: 'write', text: `${live.text}${line}` }), {
            onSend,
            patience: 6_000,
          }),
        );
      const outcome = await apply().catch((error: unknown) => {
        expect(error).not.toBeInstanceOf(RequestError);
        return { outcome: 'failed' } as const;
      });
      expect(proxy.hasFailed()).toBe(true);
      let ended: string = outcome.outcome;
      if (ended === 'unknown') {
        const found = () => store.snapshot().unsettled.find((change) => change.ref.name === NAME)?.ended;
        await vi.waitFor(() => expect(found()).toBeDefined(), { timeout: 20_000 });
        ended = found() ?? '';
        unsettled.dismiss(ref);
      }
      // The late change has arrived.
      if (fault === 'late') await new Promise((resolve) => setTimeout(resolve, LATENESS));
      expect([ended, await stored()]).toEqual(ended === 'saved' ? ['saved', before + line] : [ended, before]);
      expect(store.snapshot().unsettled).toEqual([]);
      await open.until(({ state, problem }) => expect([state, problem]).toEqual(['online', null]), 30_000);
      await vi.waitFor(async () => expect(open.text(NAME)).toBe(await stored()), { timeout: 20_000 });
    });
  }
});
