import type { Digest, SealedText, Sealing, Spelling } from '../common/history/sealed.ts';
import { isValid, sealedAgain, spellings } from '../common/history/sealed.ts';
import { repeatedForms } from '../common/integration/secrets/secret-copies.ts';
import { copiesIn, lastingSecrets } from '../common/integration/secrets/secret-scan.ts';
import { withoutCopies, withoutSecrets } from '../common/integration/secrets/secret-values.ts';
import { parseSource } from '../common/yaml/source.ts';
import type { Masking } from '../masking/masking.ts';
import { type MaskOwner, ownerKey } from '../masking/owner.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';

interface Known {
  readonly secrets: ReadonlySet<string>;
  /** The first `count` of them. */
  readonly byDigest: Map<string, string>;
  count: number;
  /** Texts whose secrets are known: one change asks for the same ones ten times. */
  readonly read: WeakSet<readonly Spelling[]>;
}

/** SECURITY: what was a key in one text of a ConfigMap is secret in all of them, also where nothing else says so. */
export class KnownSecrets {
  readonly #masking: Masking;
  readonly #fingerprinter: Fingerprinter;
  readonly #digest: Digest;
  readonly #known = new Map<string, Known>();

  /** `digest`: the fingerprinter's, remembered. */
  constructor(masking: Masking, fingerprinter: Fingerprinter, digest: Digest) {
    this.#masking = masking;
    this.#fingerprinter = fingerprinter;
    this.#digest = digest;
  }

  /**
   * How the secrets of a text are found. Its own ones are known from now on. `earlier`: versions that may be older than
   * this run, and whose keys are known by their digests only.
   */
  sealing(owner: MaskOwner, text: string, earlier: readonly SealedText[] = []): Sealing {
    const sealing = { digest: this.#digest, known: this.#masking.known(owner).known };
    const found = spellings(text, sealing);
    const { read } = this.#of(owner);
    if (!read.has(found)) {
      this.#masking.learn(owner, parseSource(text).ok ? found : lastingSecrets(text, sealing.known));
      read.add(found);
    }
    const { byDigest } = this.#of(owner);
    const unknown = new Set<string>();
    for (const sealed of earlier)
      if (sealed.holes.some(({ digest }) => !byDigest.has(digest)) && isValid(sealed))
        for (const { digest } of sealed.holes) if (!byDigest.has(digest)) unknown.add(digest);
    if (unknown.size > 0) this.#masking.learn(owner, this.#copies(text, unknown));
    return sealing;
  }

  /** Without what became known as a secret later. If that is nothing, the text isn't scanned. */
  again(owner: MaskOwner, sealed: SealedText): SealedText {
    const { known } = this.#masking.known(owner);
    // The rules of an earlier version of the program may have left copies of the text's own keys.
    if (sealed.valid === undefined) return sealedAgain(sealed, { digest: this.#digest, known });
    const own = new Set<string>();
    for (const { digest } of sealed.holes) own.add(digest);
    const later = new Set<string>();
    for (const [digest, secret] of this.#of(owner).byDigest)
      if (!own.has(digest)) for (const form of repeatedForms(secret)) later.add(form);
    return later.size === 0 ? sealed : sealedAgain(sealed, { digest: this.#digest, known: later });
  }

  /** undefined: not known in this run. */
  secretOf(owner: MaskOwner): (digest: string) => string | undefined {
    const { byDigest } = this.#of(owner);
    return (digest) => byDigest.get(digest);
  }

  /** A refusal as views may read it: it can name a field, an anchor or an integration by a secret. */
  told<Result extends object>(owner: MaskOwner, text: string, result: Result): Result {
    if (!('reason' in result)) return result;
    const { known } = this.sealing(owner, text);
    return { ...result, reason: withoutCopies(known, [String(result.reason)])[0] };
  }

  /** The history's sentences as views may read them: what one names may have become a key since. */
  retold(owner: MaskOwner, text: string, sentences: readonly string[]): readonly string[] {
    return withoutCopies(this.sealing(owner, text).known, sentences);
  }

  /** Foreign words about texts, without any secret of theirs. */
  hidden(owner: MaskOwner, texts: readonly string[], words: string): string {
    const spelt = texts.flatMap((text) => spellings(text, this.sealing(owner, text)).flatMap(({ value, source }) => [value, source]));
    return withoutSecrets([...this.#masking.known(owner).known, ...spelt], words);
  }

  #copies(text: string, digests: ReadonlySet<string>): readonly { readonly value: string }[] {
    const seen = new Map<string, boolean>();
    return copiesIn(text, (value) => {
      // A block's key ends with a line break.
      const isCopy = seen.get(value) ?? [value, `${value}\n`].some((secret) => digests.has(this.#fingerprinter.digest(secret)));
      seen.set(value, isCopy);
      return isCopy;
    }).map((value) => ({ value }));
  }

  #of(owner: MaskOwner): Known {
    const key = ownerKey(owner);
    const { secrets } = this.#masking.known(owner);
    let known = this.#known.get(key);
    // Another set: too many were known, and all were forgotten.
    if (known?.secrets !== secrets) {
      known = { secrets, byDigest: new Map(), count: 0, read: new WeakSet() };
      this.#known.set(key, known);
    }
    if (secrets.size === known.count) return known;
    let index = 0;
    for (const secret of secrets) if (++index > known.count) known.byDigest.set(this.#digest(secret), secret);
    known.count = secrets.size;
    return known;
  }
}
