import type { KeyOwner } from '../common/coralogix/preset.ts';
import { type BinaryText, readBinary } from '../common/integration/diagnostics/binary-data.ts';
import { keysElsewhere } from '../common/integration/diagnostics/keys-elsewhere.ts';
import { secretNumbers } from '../common/integration/diagnostics/readings.ts';
import { PLACEHOLDER } from '../common/integration/diagnostics/target.ts';
import { mergeDocuments, readDocument } from '../common/integration/document.ts';
import { placeWords } from '../common/integration/place-words.ts';
import type { Problem } from '../common/integration/reading/integration.ts';
import type { SecretInfo } from '../common/replies.ts';
import type { Masking } from '../masking/masking.ts';
import type { MaskOwner } from '../masking/owner.ts';
import { shortFingerprint } from '../secrets/fingerprint.ts';
import * as strings from './strings.ts';

/** By the digest of a key. */
export type Owners = ReadonlyMap<string, KeyOwner>;

/** What a text is shown with: whose keys they are, by their digests, and where presets send to. */
export interface PresetFacts {
  readonly owners: Owners;
  readonly urls: readonly string[];
}

/** SECURITY: the only way of a ConfigMap's text out of main. All that views get comes from the masked text. */
export class MaskedView {
  readonly #masking: Masking;
  readonly #digest: (secret: string) => string;

  constructor(masking: Masking, digest: (secret: string) => string) {
    this.#masking = masking;
    this.#digest = digest;
  }

  text(owner: MaskOwner, text: string): string {
    return this.#masking.mask(owner, text).text;
  }

  /** `binary`: its encoding if it is in `binaryData`. */
  read(owner: MaskOwner, text: string, presets: PresetFacts, binary?: BinaryText) {
    const masked = this.#masking.mask(owner, text);
    const owners = new Map(
      presets.owners.size === 0
        ? []
        : masked.secrets.flatMap(({ mask, value }) => {
            const owner = presets.owners.get(this.#digest(value));
            return owner === undefined ? [] : [[mask, owner] as const];
          }),
    );
    const reading = readBinary(readDocument(masked.text), masked.text, binary);
    const { state, integrations, values, others } = reading;
    // A mask hides that its key would be a number, so this comes from the raw text.
    const numbers = masked.secrets.length === 0 ? [] : secretNumbers(text, masked.text);
    const elsewhere = keysElsewhere(masked.text, reading, owners);
    const problems = readable([...reading.problems, ...numbers, ...elsewhere]).map((problem) => filledIn(problem, presets.urls));
    const secrets = masked.secrets.map(({ path, mask, value }): SecretInfo => {
      const found = owners.get(mask);
      const preset = found && (found.former ? { formerPreset: found.preset } : { preset: found.preset });
      return { path: path ?? [], mask, fingerprint: shortFingerprint(this.#digest(value)), ...preset };
    });
    return { text: masked.text, state, integrations, values, others, problems, secrets };
  }

  /** The conflicts of three texts. A key has one mask in all of them, so masked texts disagree where raw ones do. */
  conflicts(owner: MaskOwner, base: string, mine: string, theirs: string) {
    const before = this.text(owner, base);
    const merge = mergeDocuments(before, this.text(owner, mine), this.text(owner, theirs));
    return merge.ok ? [] : merge.conflicts.map((conflict) => ({ ...conflict, words: placeWords(before, conflict.path) }));
  }
}

/** A text can have a hundred thousand, which no one reads, and which take longer to send than to find. */
const MOST_PROBLEMS = 1_000;
const RANK = { error: 0, warning: 1, note: 2 } as const;

/** By their places; of too many, the most severe ones, and how many more there are. */
function readable(found: readonly Problem[]): readonly Problem[] {
  const kept =
    found.length <= MOST_PROBLEMS
      ? found
      : found.toSorted((one, other) => RANK[one.severity] - RANK[other.severity]).slice(0, MOST_PROBLEMS);
  const problems = kept.toSorted((one, other) => one.line - other.line || one.column - other.column);
  const last = problems.at(-1);
  if (kept === found || last === undefined) return problems;
  const message = strings.moreFindings(found.length - kept.length);
  return [...problems, { rule: 'more-findings', severity: 'warning', message, line: last.line, column: last.column }];
}

/** If all presets send to one URL, a placeholder means that one. */
function filledIn(problem: Problem, urls: readonly string[]): Problem {
  if (problem.rule !== PLACEHOLDER || problem.path === undefined) return problem;
  const [url, ...others] = new Set(urls);
  if (url === undefined || others.length > 0) return problem;
  return { ...problem, fix: { label: strings.useUrl(url), edits: [{ op: 'set', path: problem.path, value: url }] } };
}
