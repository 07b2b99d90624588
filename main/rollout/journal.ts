import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { AppError } from '../common/errors.ts';
import { configMapRefSchema } from '../common/reference-schema.ts';
import type { RolloutChange } from '../common/rollout/change.ts';
import { rolloutChangeSchema } from '../common/rollout/change.ts';
import * as strings from './strings.ts';

// A rollout's progress in `rollouts/<id>.jsonl`: a header, then one line before each step, so an interrupted run shows
// what is uncertain. Lines hold no keys.

const KEPT = 20;

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const result = z.enum(['saved', 'unchanged', 'conflict', 'forbidden', 'failed', 'unknown']);

const rowSchema = z.strictObject({
  id: z.string().min(1).max(16),
  ref: configMapRefSchema,
  integration: z.number().int().min(0).optional(),
  target: z.number().int().min(0).optional(),
  words: z.string().max(2000),
  uid: z.string().max(256),
  identity: z.string().max(64),
  managed: z.boolean(),
});

const headSchema = z.strictObject({
  version: z.literal(1),
  plan: z.string().regex(/^[0-9a-f-]{36}$/),
  title: z.string().max(2000),
  at: z.iso.datetime(),
  change: rolloutChangeSchema,
  rows: z.array(rowSchema).max(10_000),
});

const stepSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('start'), row: z.string().max(16), at: z.iso.datetime() }),
  z.strictObject({
    step: z.literal('end'),
    row: z.string().max(16),
    outcome: result,
    reason: z.string().max(4000).optional(),
    revision: z.string().max(16).optional(),
  }),
  z.strictObject({ step: z.literal('undo'), row: z.string().max(16), at: z.iso.datetime() }),
  z.strictObject({ step: z.literal('undone'), row: z.string().max(16), outcome: result, reason: z.string().max(4000).optional() }),
  z.strictObject({ step: z.enum(['running', 'undoing', 'ended', 'cancelled']) }),
]);

export type JournalHead = Omit<z.output<typeof headSchema>, 'version' | 'change'> & { readonly change: RolloutChange };
export type JournalRow = z.output<typeof rowSchema>;
export type JournalStep = z.output<typeof stepSchema>;

export interface JournalOptions {
  readonly directory: string;
  hash(parts: readonly string[]): string;
  onProblem(message: string): void;
}

export class Journal {
  readonly #options: JournalOptions;
  readonly #root: string;
  #failed = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#root = join(options.directory, 'rollouts');
  }

  read(): readonly { readonly head: JournalHead; readonly steps: readonly JournalStep[] }[] {
    const names = this.#names();
    return names
      .flatMap((name) => this.#readOne(name) ?? [])
      .sort((one, other) => (one.head.at < other.head.at ? 1 : -1))
      .slice(0, KEPT);
  }

  /** Throws AppError `settings` if it can't be written: an unrecorded rollout doesn't start. */
  begin(head: JournalHead): void {
    const path = this.#path(head.plan);
    try {
      mkdirSync(this.#root, { recursive: true, mode: 0o700 });
      // SECURITY: cluster names stay private on a shared machine.
      writeFileSync(path, this.#line(head.plan, { version: 1, ...head }), { mode: 0o600, flag: 'wx' });
    } catch {
      // A part of it would be taken for a damaged one.
      rmSync(path, { force: true });
      throw new AppError('settings', strings.nothingChanged(this.#unsaved(path)), { about: 'rollout', retry: true });
    }
    const kept = new Set(this.read().map((record) => record.head.plan));
    for (const name of this.#names()) if (!kept.has(name.slice(0, 36))) rmSync(join(this.#root, name), { force: true });
  }

  /** With `must`, throws AppError `settings` if it can't be written: an unrecorded row isn't run. */
  add(plan: string, step: JournalStep, must = false): void {
    try {
      // Starts on a new line, so a line cut by a crash stays separate.
      appendFileSync(this.#path(plan), `\n${this.#line(plan, step)}`, { mode: 0o600 });
      this.#failed = false;
    } catch {
      const reason = this.#unsaved(this.#path(plan));
      if (must) throw new AppError('settings', strings.thenRunRestAgain(reason), { about: 'rollout', retry: true });
      if (!this.#failed) this.#options.onProblem(reason);
      this.#failed = true;
    }
  }

  #unsaved(path: string): string {
    return strings.progressRolloutCantSavedFree(path);
  }

  #readOne(name: string): { readonly head: JournalHead; readonly steps: readonly JournalStep[] } | undefined {
    const plan = name.slice(0, 36);
    try {
      const [first, ...rest] = readFileSync(join(this.#root, name), 'utf8').split('\n');
      const { version: _, ...head } = headSchema.parse(this.#checked(plan, first ?? ''));
      if (head.plan !== plan) return undefined;
      const steps = rest.flatMap((line) => {
        const step = stepSchema.safeParse(this.#checked(plan, line));
        return step.success ? [step.data] : [];
      });
      return { head, steps };
    } catch {
      this.#options.onProblem(strings.rolloutDamagedChangedSomethingElse(join(this.#root, name)));
      return undefined;
    }
  }

  /** SECURITY: a forged line would be finished in the user's name. */
  #checked(plan: string, line: string): unknown {
    const mac = line.slice(0, 64);
    const text = line.slice(65);
    if (!hex.safeParse(mac).success || this.#options.hash(['rollout', plan, text]) !== mac) return undefined;
    return JSON.parse(text);
  }

  #line(plan: string, value: object): string {
    const text = JSON.stringify(value);
    return `${this.#options.hash(['rollout', plan, text])} ${text}`;
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#root).filter((name) => /^[0-9a-f-]{36}\.jsonl$/.test(name));
    } catch {
      return [];
    }
  }

  #path(plan: string): string {
    return join(this.#root, `${plan}.jsonl`);
  }
}
