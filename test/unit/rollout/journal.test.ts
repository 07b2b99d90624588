import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal, type JournalHead } from '../../../main/rollout/journal.ts';
import { rowsOf } from '../../../main/rollout/rows.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';

const prints = new Fingerprinter(Buffer.alloc(32, 7));
const ref = { context: 'c', namespace: 'n', name: 'kaudit-integration-x' };
const head = (number: number): JournalHead => ({
  plan: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  title: 'Stop',
  at: new Date(1_800_000_000_000 + number * 1000).toISOString(),
  change: { op: 'stopped', value: true },
  rows: ['1', '2'].map((id) => ({ id, ref, integration: 0, words: 'x', uid: 'u', identity: 'i', managed: false })),
});
const at = '2026-01-01T00:00:00.000Z';

let directory: string;
let problems: string[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-journal-'));
  problems = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const journal = () => new Journal({ directory, hash: (parts) => prints.hash(parts), onProblem: (message) => problems.push(message) });
const file = (number: number) => join(directory, 'rollouts', `${head(number).plan}.jsonl`);

test('says after an exit during a write what was done, what wasn’t, and what is unknown', () => {
  const own = journal();
  own.begin(head(1));
  own.add(head(1).plan, { step: 'running' });
  own.add(head(1).plan, { step: 'start', row: '1', at });
  own.add(head(1).plan, { step: 'end', row: '1', outcome: 'saved', revision: '4' });
  own.add(head(1).plan, { step: 'start', row: '2', at });
  appendFileSync(file(1), '\n0123456789abcdef {"step":"end","ro');
  expect(statSync(file(1)).mode & 0o777).toBe(0o600);
  const [read] = journal().read();
  if (read === undefined) throw new Error('nothing was read');
  const { rows, state, doing } = rowsOf(read.head, read.steps);
  expect([state, doing]).toEqual(['interrupted', 'run']);
  expect(rows.get('1')).toMatchObject({ outcome: 'saved', revision: '4', uncertain: false });
  expect(rows.get('2')).toMatchObject({ outcome: 'unknown', uncertain: true });
});

test('leaves out entries that someone else wrote', () => {
  const own = journal();
  own.begin(head(1));
  own.add(head(1).plan, { step: 'running' });
  const text = readFileSync(file(1), 'utf8');
  writeFileSync(file(1), `${text}\n${'0'.repeat(64)} {"step":"end","row":"1","outcome":"saved"}`);
  expect(journal().read()[0]?.steps).toEqual([{ step: 'running' }]);
  writeFileSync(file(1), text.replace('"name":"kaudit-integration-x"', '"name":"kaudit-integration-y"'));
  expect(journal().read()).toEqual([]);
  expect(problems).toHaveLength(1);
});

test('keeps the newest 20', () => {
  const own = journal();
  for (let number = 0; number < 25; number += 1) own.begin(head(number));
  const plans = journal()
    .read()
    .map((record) => record.head.plan);
  expect(plans).toHaveLength(20);
  expect(plans[0]).toBe(head(24).plan);
});
