import type { SealedBytes, Sealing, Words } from '../common/history/sealed.ts';
import { packed, seal, spellings } from '../common/history/sealed.ts';
import { readDocument } from '../common/integration/document.ts';
import { destinationOf } from '../common/integration/reading/destination.ts';
import type { Edit } from '../common/integration/reading/integration.ts';
import { secretScalars } from '../common/integration/secrets/secret-scan.ts';
import type { Value } from '../common/yaml/value.ts';

/** A key that came out of the keychain, with the domain it may be sent to. */
export interface PresetKey {
  readonly key: string;
  readonly domain: string;
  readonly preset: string;
}

/** What may be written to a file of edits that are not applied. */
export interface KeptText {
  readonly before: SealedBytes;
  readonly mine: SealedBytes;
  /** Whether the edits hold no secret, and may be kept as they were made. */
  readonly keyless: boolean;
  /** Presets whose keys are in `mine`. */
  readonly presets: readonly { readonly digest: string; readonly preset: string }[];
  /** Keys that were typed, and are not kept. */
  readonly lostKeys: number;
}

export function keptText(base: string, text: string, edits: readonly Edit[], presetKeys: readonly PresetKey[], sealing: Sealing): KeptText {
  const before = spellings(base, sealing);
  const mine = spellings(text, sealing);
  const presets = presetKeys.map(({ key, preset }) => ({ digest: sealing.digest(key), preset }));
  const known = new Set([...before, ...presets].map((one) => one.digest));
  const values = [...mine, ...before].map(({ value }) => value);
  return {
    before: packed(seal(base, sealing)),
    mine: packed(seal(text, sealing)),
    keyless: edits.every((edit) => isKeyless(edit, values, sealing.known)),
    presets,
    lostKeys: mine.filter((spelling) => !known.has(spelling.digest)).length,
  };
}

/**
 * SECURITY: whether an edit may be written to a file as it is. `values`: all secrets of the texts before and after.
 * `known`: those of other texts.
 */
function isKeyless(edit: Edit, values: readonly string[], known: ReadonlySet<string>): boolean {
  if (edit.op === 'text') return false;
  if (edit.op === 'restore') return edit.keys === undefined;
  // A value that was typed for a conflict may be anything.
  if (edit.op === 'undo') return edit.keys === undefined && edit.choices === undefined;
  if (edit.op !== 'set' && edit.op !== 'insert') return true;
  const path = edit.op === 'set' ? edit.path : [edit.index];
  // The whole document says what is secret: make the one that holds nothing but this value. JSON is YAML.
  const whole = path.reduceRight<Value>((inner, part) => (typeof part === 'number' ? [inner] : { [part]: inner }), edit.value);
  if (secretScalars(JSON.stringify(whole), known).length > 0) return false;
  const text = JSON.stringify(edit.value);
  return !values.some((value) => value !== '' && text.includes(JSON.stringify(value).slice(1, -1)));
}

/** Edits that put each preset where the text has its word. */
export function presetEdits(text: string, words: Words, presets: KeptText['presets']): readonly Edit[] {
  if (presets.length === 0) return [];
  const byWord = new Map(presets.map((one) => [words.wordFor(one.digest), one.preset]));
  const reading = readDocument(text);
  return reading.integrations.flatMap((integration) =>
    integration.targets.flatMap((target): Edit[] => {
      const { key } = destinationOf(reading, target);
      const preset = key.kind === 'none' ? undefined : byWord.get(key.value ?? '');
      if (preset === undefined) return [];
      return [{ op: 'preset', integration: integration.index, ...(target.index === null ? {} : { target: target.index }), preset }];
    }),
  );
}
