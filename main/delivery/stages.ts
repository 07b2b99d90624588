import type { Stage, StageName } from '../common/delivery.ts';
import { STAGES } from '../common/delivery.ts';

/** The first stage that failed ends an attempt. Its sentences hold no secrets. */
export class StageFailure extends Error {
  readonly stage: StageName;
  readonly evidence: string;
  readonly fix: string;
  /** Whether the same can succeed a little later by itself. */
  readonly transient: boolean;
  /** Whether the twin host could do better. */
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

/** The stages of one attempt, with the time that each took. */
export class Stages {
  readonly #onChange: () => void;
  #started: number | undefined;
  #list: readonly Stage[] = STAGES.map((name) => ({ name, state: 'not-reached', evidence: '' }));

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get list(): readonly Stage[] {
    return this.#list;
  }

  /** From here on the stage's time is measured. */
  begin(name: StageName): void {
    this.#started = performance.now();
    this.#set({ name, state: 'running', evidence: '' });
  }

  pass(name: StageName, evidence: string): void {
    this.#set({ name, state: 'passed', evidence, ...this.#time() });
  }

  warn(name: StageName, evidence: string, fix: string): void {
    this.#set({ name, state: 'warning', evidence, fix, ...this.#time() });
  }

  fail(failure: StageFailure): void {
    this.#set({ name: failure.stage, state: 'failed', evidence: failure.evidence, fix: failure.fix, ...this.#time() });
  }

  /** What ran when the user cancelled was not reached. */
  cancel(): void {
    this.#list = this.#list.map((stage) =>
      stage.state === 'running' ? { name: stage.name, state: 'not-reached', evidence: 'Cancelled here.' } : stage,
    );
  }

  #time(): { milliseconds?: number } {
    if (this.#started === undefined) return {};
    // Two decimals: on a local network a stage takes less than a millisecond.
    const milliseconds = Math.round((performance.now() - this.#started) * 100) / 100;
    this.#started = undefined;
    return { milliseconds };
  }

  #set(stage: Stage): void {
    this.#list = this.#list.map((other) => (other.name === stage.name ? stage : other));
    this.#onChange();
  }
}
