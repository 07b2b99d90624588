import type { Stage, StageName } from '../common/delivery/delivery.ts';
import { STAGES } from '../common/delivery/delivery.ts';
import * as strings from './strings.ts';

/** Ends an attempt at its first failed stage. Its sentences hold no secrets. */
export class StageFailure extends Error {
  readonly stage: StageName;
  readonly evidence: string;
  readonly fix: string;
  readonly transient: boolean;
  readonly twin: boolean;

  constructor(stage: StageName, evidence: string, fix: string, options: { transient?: boolean; twin?: boolean } = {}) {
    super(evidence);
    this.name = 'StageFailure';
    this.stage = stage;
    this.evidence = evidence;
    this.fix = fix;
    this.transient = options.transient ?? false;
    this.twin = options.twin ?? false;
  }
}

export class Stages {
  readonly #redact: (text: string) => string;
  readonly #onChange: () => void;
  #started: number | undefined;
  #stopped: number | undefined;
  #list: readonly Stage[] = STAGES.map((name) => ({ name, state: 'not-reached', evidence: '' }));

  constructor(redact: (text: string) => string, onChange: () => void) {
    this.#redact = redact;
    this.#onChange = onChange;
  }

  get list(): readonly Stage[] {
    return this.#list;
  }

  begin(name: StageName): void {
    this.#set({ name, state: 'running', evidence: '' });
    this.start();
  }

  /** Starts the clock: the request leaves now. */
  start(): void {
    this.#stopped = undefined;
    this.#started = performance.now();
  }

  /** Stops the clock: the rest is this program's own work. */
  stop(): void {
    this.#stopped ??= performance.now();
  }

  pass(name: StageName, evidence: string): void {
    const time = this.#time();
    this.#set({ name, state: 'passed', evidence, ...time });
  }

  warn(name: StageName, evidence: string, fix: string): void {
    const time = this.#time();
    this.#set({ name, state: 'warning', evidence, fix, ...time });
  }

  fail(failure: StageFailure): void {
    const time = this.#time();
    this.#set({ name: failure.stage, state: 'failed', evidence: failure.evidence, fix: failure.fix, ...time });
  }

  cancel(): void {
    this.#list = this.#list.map((stage) =>
      stage.state === 'running' ? { name: stage.name, state: 'not-reached', evidence: strings.cancelledHere } : stage,
    );
  }

  #time(): { milliseconds?: number } {
    if (this.#started === undefined) return {};
    // Two decimals: a stage takes under a millisecond on a local network.
    const milliseconds = Math.round(((this.#stopped ?? performance.now()) - this.#started) * 100) / 100;
    this.#started = undefined;
    return { milliseconds };
  }

  #set(stage: Stage): void {
    const { fix, evidence } = stage;
    const shown = { ...stage, evidence: this.#redact(evidence), ...(fix === undefined ? {} : { fix: this.#redact(fix) }) };
    this.#list = this.#list.map((other) => (other.name === stage.name ? shown : other));
    this.#onChange();
  }
}
