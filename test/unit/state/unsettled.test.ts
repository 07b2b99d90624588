import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RawConfigMap } from '../../../main/kube/cluster/config-map.ts';
import type { ConfigMapWriter } from '../../../main/kube/cluster/config-map-writer.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { JsonFile } from '../../../main/settings/json-file.ts';
import { Store } from '../../../main/state/store.ts';
import { Unsettled } from '../../../main/state/unsettled.ts';
import { fleet } from '../../support/fleet.ts';

const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
const BEFORE = `- http-api-token: ${KEY}\n`;
const MINE = `${BEFORE}# mine\n`;
const ref = { context: 'c', namespace: 'n', name: 'kaudit-integration' };
const BASE: RawConfigMap = { ref, uid: 'u', resourceVersion: '1', text: BEFORE, managed: null };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-unsettled-'));
});
const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The program, started on the same data folder. `now`: what the cluster says; undefined: it doesn't respond. */
function start(now: () => RawConfigMap | null | undefined) {
  const store = new Store(fleet());
  const file = new JsonFile({ directory, name: 'unsettled.json', what: 'The changes', onProblem: (message) => expect.fail(message) });
  const get = async () => {
    const found = now();
    if (found === undefined) throw new Error('no answer');
    return found;
  };
  const fingerprinter = new Fingerprinter(Buffer.alloc(32, 7));
  const unsettled = new Unsettled({
    store,
    file,
    fingerprinter,
    writer: () => ({ get }) as unknown as ConfigMapWriter,
    late: 0,
    firstPause: 50,
  });
  open.push(unsettled, store);
  return { unsettled, changes: () => store.snapshot().unsettled };
}

/** The program ends between sending that text and the response. */
async function cutOff(base: RawConfigMap, mine: string): Promise<void> {
  const { unsettled } = start(() => undefined);
  await new Promise<void>((resolve) => {
    void unsettled.sending(ref, (begin) => {
      begin(base, mine);
      resolve();
      return new Promise<never>(() => undefined);
    });
  });
  unsettled.close();
}

describe('a change that was sent when the program ended', () => {
  const later = { ...BASE, resourceVersion: '2' };
  it.each([
    ['saved', BASE, MINE, { ...later, text: MINE }],
    ['not-saved', BASE, MINE, BASE],
    ['not-saved', BASE, MINE, later],
    ['changed-by-others', BASE, MINE, { ...later, text: 'else' }],
    ['changed-by-others', BASE, MINE, { ...later, uid: 'another', text: MINE }],
    ['changed-by-others', BASE, MINE, null],
    // A text that moves out of `binaryData` says the same before and after.
    ['saved', { ...BASE, binary: 'UTF-8' }, BEFORE, later],
    ['not-saved', { ...BASE, binary: 'UTF-8' }, BEFORE, { ...BASE, binary: 'UTF-8' }],
    ['not-saved', { ...BASE, binary: 'UTF-8' }, BEFORE, { ...later, binary: 'UTF-8' }],
    ['changed-by-others', { ...BASE, binary: 'UTF-8' }, MINE, { ...later, binary: 'Windows-1252' }],
  ] as const)('is reported after a restart: %s', async (ended, base, mine, now) => {
    await cutOff(base, mine);
    const { changes } = start(() => now);
    expect(changes()).toEqual([{ ref, since: expect.any(String) }]);
    await expect.poll(() => changes()[0]?.ended).toBe(ended);
  });

  it('stays open while the cluster doesn’t respond, across any number of starts', async () => {
    await cutOff(BASE, MINE);
    start(() => undefined).unsettled.close();
    const { changes } = start(() => undefined);
    expect(changes()).toEqual([{ ref, since: expect.any(String) }]);
  });

  it('keeps no key on the disk', async () => {
    await cutOff(BASE, MINE);
    expect(readFileSync(join(directory, 'unsettled.json'), 'utf8')).not.toContain(KEY);
  });
});
