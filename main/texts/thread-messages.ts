import type { MaskMemory } from '../masking/memory.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';
import type { Texts } from './texts.ts';

// What goes to the thread that works on long texts, and what comes back.

export type TextOperation = Exclude<keyof Texts, 'masking'>;

/** What the thread is given at its start. */
export interface ThreadStart {
  readonly key: Fingerprinter['key'];
  /** What an earlier thread remembered. */
  readonly memory: Uint8Array | undefined;
}

export interface ThreadRequest {
  readonly id: number;
  /** null: no work, but all that it remembers. */
  readonly name: TextOperation | null;
  readonly args: readonly unknown[];
  /** Of ConfigMaps that come to it. */
  readonly memory: MaskMemory | undefined;
  /** Masks issued in the program since the last request. */
  readonly masks: readonly string[];
  /** Present: an envelope as JSON in UTF-8 is asked for, with the result in this. */
  readonly frame?: ReplyFrame;
}

/** The reply around an operation's result: `fields` join the result's own; `under` nests both among other fields. */
export interface ReplyFrame {
  readonly fields: object;
  readonly under?: { readonly name: string; readonly others: object };
}

export function framed({ fields, under }: ReplyFrame, result: object): object {
  const inner = { ...fields, ...result };
  return under === undefined ? inner : { ...under.others, [under.name]: inner };
}

/** `masks`: issued in the thread since its last reply, with commas. One text is received faster than fifty thousand. */
export type ThreadReply = { readonly id: number; readonly masks: string } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown }
);
