import { presetUrl } from '../common/coralogix/preset.ts';
import { type BinaryText, readBinary } from '../common/integration/diagnostics/binary-data.ts';
import { keysElsewhere } from '../common/integration/diagnostics/keys-elsewhere.ts';
import { secretNumbers } from '../common/integration/diagnostics/readings.ts';
import { PLACEHOLDER } from '../common/integration/diagnostics/target.ts';
import { mergeDocuments, readDocument } from '../common/integration/document.ts';
import { placeWords } from '../common/integration/place-words.ts';
import type { Problem } from '../common/integration/reading/integration.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import type { SecretInfo } from '../common/replies.ts';
import type { Masking, MaskOwner } from '../masking/masking.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Clusters } from './clusters.ts';

/** SECURITY: the only way of a ConfigMap's text out of main. All that views get comes from the masked text. */
export class MaskedView {
  readonly #masking: Masking;
  readonly #presets: Pick<PresetStore, 'ownerOf' | 'list'>;
  readonly #clusters: Pick<Clusters, 'server'>;

  constructor(masking: Masking, presets: Pick<PresetStore, 'ownerOf' | 'list'>, clusters: Pick<Clusters, 'server'>) {
    this.#masking = masking;
    this.#presets = presets;
    this.#clusters = clusters;
  }

  owner({ ref, uid }: { readonly ref: ConfigMapRef; readonly uid: string }): MaskOwner {
    return { ...ref, uid, server: this.#clusters.server(ref.context) };
  }

  text(owner: MaskOwner, text: string): string {
    return this.#masking.mask(owner, text).text;
  }

  read(owner: MaskOwner, text: string, binary?: BinaryText) {
    const masked = this.#masking.mask(owner, text);
    const owners = new Map(
      masked.secrets.flatMap(({ mask, value }) => {
        const owner = this.#presets.ownerOf(value);
        return owner === undefined ? [] : [[mask, owner] as const];
      }),
    );
    const reading = readBinary(readDocument(masked.text), masked.text, binary);
    const { state, integrations, values, others } = reading;
    // A mask hides that its key would be a number, so this comes from the raw text.
    const numbers = masked.secrets.length === 0 ? [] : secretNumbers(text, masked.text);
    const elsewhere = keysElsewhere(masked.text, reading, owners);
    const problems = [...reading.problems.map((problem) => this.#filledIn(problem)), ...numbers, ...elsewhere].sort(
      (one, other) => one.line - other.line || one.column - other.column,
    );
    const secrets = masked.secrets.map(({ path, mask, fingerprint }): SecretInfo => {
      const found = owners.get(mask);
      const preset = found && (found.former ? { formerPreset: found.preset } : { preset: found.preset });
      return { path: path ?? [], mask, fingerprint, ...preset };
    });
    return { text: masked.text, state, integrations, values, others, problems, secrets };
  }

  #filledIn(problem: Problem): Problem {
    if (problem.rule !== PLACEHOLDER || problem.path === undefined) return problem;
    const [url, ...others] = new Set(this.#presets.list().map(presetUrl));
    if (url === undefined || others.length > 0) return problem;
    return { ...problem, fix: { label: `Use ${url}`, edits: [{ op: 'set', path: problem.path, value: url }] } };
  }

  /** A key has the same mask in all three texts. */
  conflicts(owner: MaskOwner, base: string, mine: string, theirs: string) {
    const before = this.text(owner, base);
    const merge = mergeDocuments(before, this.text(owner, mine), this.text(owner, theirs));
    return merge.ok ? [] : merge.conflicts.map((conflict) => ({ ...conflict, words: placeWords(before, conflict.path) }));
  }
}
