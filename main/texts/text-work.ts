import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { AppError } from '../common/errors.ts';
import { ReadyReply } from '../common/replies.ts';
import { ownerKey } from '../masking/owner.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';
import * as strings from './strings.ts';
import { Texts } from './texts.ts';
import { framed, type ReplyFrame, type TextOperation, type ThreadReply, type ThreadRequest, type ThreadStart } from './thread-messages.ts';

/** UTF-16 units. All that is done with a shorter text takes less than 50 ms. */
const LONG = 32 * 1024;
/** Milliseconds without work after which the thread ends. */
const IDLE = 60_000;

export interface TextWorkOptions {
  readonly fingerprinter: Fingerprinter;
  /** What thread.ts is built to. */
  readonly thread: string;
  /** Milliseconds, and characters from which on a text goes to the thread; others for tests. */
  readonly idle?: number;
  readonly long?: number;
}

export function isLong(text: string | null, long = LONG): boolean {
  return text !== null && text.length >= long;
}

/**
 * Works on short texts here and on long ones in a thread of this process, so that the program stays responsive.
 * A ConfigMap whose text was long once stays with the thread, which knows its masks.
 */
export class TextWork {
  readonly #options: TextWorkOptions;
  readonly #here: Texts;
  readonly #there = new Set<string>();
  #thread: Worker | undefined;
  #memory: Uint8Array | undefined;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;
  /** How many of the masks issued here the thread knows. */
  #sent = 0;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TextWorkOptions) {
    this.#options = options;
    this.#here = new Texts(options.fingerprinter);
  }

  async run<Name extends TextOperation>(name: Name, ...args: Parameters<Texts[Name]>): Promise<ReturnType<Texts[Name]>> {
    return (await this.#run(name, args, undefined)) as ReturnType<Texts[Name]>;
  }

  /** The same for a view. For a long text it is a `ReadyReply` with the frame's fields, sent as `Reply`. */
  async reply<Name extends TextOperation, Reply>(frame: ReplyFrame, name: Name, ...args: Parameters<Texts[Name]>): Promise<Reply> {
    return (await this.#run(name, args, frame)) as Reply;
  }

  /** The result, where it needs no waiting: a short text of a ConfigMap whose texts were never long. */
  now<Name extends TextOperation>(name: Name, ...args: Parameters<Texts[Name]>): ReturnType<Texts[Name]> | undefined {
    return this.#isShort(args) ? (this.#now(name, args) as ReturnType<Texts[Name]>) : undefined;
  }

  #isShort(args: readonly unknown[]): boolean {
    const owner = ownerIn(args);
    return (owner === undefined || !this.#there.has(owner)) && !args.some((arg) => holdsLongText(arg, this.#options.long));
  }

  #now(name: TextOperation, args: readonly unknown[]): unknown {
    return (this.#here[name] as (...args: unknown[]) => unknown).apply(this.#here, [...args]);
  }

  async #run(name: TextOperation, args: readonly unknown[], frame: ReplyFrame | undefined): Promise<unknown> {
    if (this.#isShort(args)) {
      const result = this.#now(name, args);
      return frame === undefined ? result : framed(frame, result as object);
    }
    const owner = ownerIn(args);
    const isThere = owner !== undefined && this.#there.has(owner);
    const memory = owner === undefined || isThere ? undefined : this.#here.masking.memory([owner]);
    if (owner !== undefined) this.#there.add(owner);
    const reply = await this.#ask({ name, args, memory, ...(frame && { frame }) });
    // Main reads the fields that it gave; the rest is for the host alone.
    return frame === undefined ? reply : Object.assign(new ReadyReply(reply as Uint8Array), frame.under?.others ?? frame.fields);
  }

  /** Whether the thread runs. */
  get isBusy(): boolean {
    return this.#thread !== undefined;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const waiting of this.#waiting.values()) waiting.reject(ended());
    this.#waiting.clear();
    void this.#thread?.terminate();
  }

  #ask(request: Omit<ThreadRequest, 'id' | 'masks'>): Promise<unknown> {
    if (this.#closed) return Promise.reject(ended());
    clearTimeout(this.#timer);
    this.#thread ??= this.#start();
    const reply = Promise.withResolvers<unknown>();
    this.#lastId += 1;
    this.#waiting.set(this.#lastId, reply);
    const masks = this.#here.masking.issuedFrom(this.#sent);
    this.#sent += masks.length;
    this.#thread.postMessage({ id: this.#lastId, masks, ...request } satisfies ThreadRequest);
    return reply.promise;
  }

  #start(): Worker {
    const { fingerprinter, thread: file } = this.#options;
    const workerData: ThreadStart = { key: fingerprinter.key, memory: this.#memory };
    this.#memory = undefined;
    this.#sent = 0;
    // As text: it can be in an archive, which Electron's threads may be unable to read.
    const thread = new Worker(readFileSync(file, 'utf8'), { workerData, eval: true, execArgv: [] });
    // It keeps no program alive.
    thread.unref();
    thread.on('message', (reply: ThreadReply) => this.#replied(reply));
    thread.on('error', (error) => this.#ended(thread, error));
    thread.on('exit', () => this.#ended(thread, undefined));
    return thread;
  }

  #replied(reply: ThreadReply): void {
    if (reply.masks !== '') this.#here.masking.foreign(reply.masks.split(','));
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(reply.error);
    if (this.#waiting.size === 0) this.#timer = setTimeout(() => void this.#leave(), this.#options.idle ?? IDLE).unref();
  }

  /** Ends the thread, and keeps what it remembers for the next one. */
  async #leave(): Promise<void> {
    const thread = this.#thread;
    const memory = await this.#ask({ name: null, args: [], memory: undefined }).catch(() => undefined);
    clearTimeout(this.#timer);
    if (memory === undefined || thread !== this.#thread) return;
    if (this.#waiting.size > 0) return;
    this.#memory = memory as Uint8Array;
    this.#thread = undefined;
    await thread?.terminate();
  }

  /** A crash fails what was asked. Earlier masks are gone: they are refused, and nothing is written for them. */
  #ended(thread: Worker, error: unknown): void {
    if (thread !== this.#thread) return;
    this.#thread = undefined;
    this.#there.clear();
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    const message = strings.textTooLargeProcessReload(code);
    for (const waiting of this.#waiting.values()) waiting.reject(new AppError('document', message, { retry: true }));
    this.#waiting.clear();
  }
}

function ended(): AppError {
  return new AppError('cancelled', strings.kAuditTrayQuitting);
}

function ownerIn([first]: readonly unknown[]): string | undefined {
  return typeof first === 'object' && first !== null && 'server' in first ? ownerKey(first as never) : undefined;
}

/** Arguments are a few levels deep, but for the value of an edit. */
function holdsLongText(value: unknown, long: number | undefined, depth = 0): boolean {
  if (typeof value === 'string') return isLong(value, long);
  // Mostly digests.
  if (value instanceof Uint8Array) return value.length >= 4 * (long ?? LONG);
  if (typeof value !== 'object' || value === null || depth > 100) return false;
  return Object.values(value).some((inner) => holdsLongText(inner, long, depth + 1));
}
