import type { Digest, SealedText, Sealing, Spelling } from '../common/history/sealed.ts';
import { sealedAgain, spellings } from '../common/history/sealed.ts';
import { repeatedForms } from '../common/integration/secrets/secret-copies.ts';
import { copiesIn } from '../common/integration/secrets/secret-scan.ts';
import { withoutSecrets } from '../common/integration/secrets/secret-values.ts';
import type { Masking } from '../masking/masking.ts';
import { type MaskOwner, ownerKey } from '../masking/owner.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';

interface Known {
  /** Its secrets with their masks, by digest, in the order in which they became known. */
  readonly byDigest: Map<string, { readonly secret: string; readonly mask: string }>;
  /** How many secrets that are, and the texts that are read: one change asks for the same ones ten times. */
  count: number;
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
    const sealing = { digest: this.#digest, known: this.#masking.known(owner) };
    const found = spellings(text, sealing);
    const { read } = this.#of(owner);
    if (!read.has(found)) {
      const own = found.map(({ value }) => value);
      this.#masking.learn(owner, own);
      read.add(found);
    }
    const { byDigest } = this.#of(owner);
    const unknown = new Set<string>();
    for (const { holes } of earlier) for (const { digest } of holes) if (!byDigest.has(digest)) unknown.add(digest);
    if (unknown.size > 0) {
      const copies = copiesIn(text, (value) => unknown.has(this.#fingerprinter.digest(value)));
      this.#masking.learn(owner, copies);
    }
    return sealing;
  }

  /** Without what became known as a secret later. Mostly that is nothing, and the text isn't scanned. */
  again(owner: MaskOwner, sealed: SealedText): SealedText {
    const own = new Set<string>();
    for (const { digest } of sealed.holes) own.add(digest);
    const later: string[] = [];
    for (const [digest, { secret }] of this.#of(owner).byDigest) if (!own.has(digest)) later.push(...repeatedForms(secret));
    return later.length === 0 ? sealed : sealedAgain(sealed, { digest: this.#digest, known: new Set(later) });
  }

  /** undefined: not known in this run. */
  mask(owner: MaskOwner): (digest: string) => string | undefined {
    const { byDigest } = this.#of(owner);
    return (digest) => byDigest.get(digest)?.mask;
  }

  /** A refusal as views may read it: it can name a field, an anchor or an integration by a secret. */
  told<Result extends object>(owner: MaskOwner, text: string, result: Result): Result {
    return 'reason' in result ? { ...result, reason: this.hidden(owner, [text], [String(result.reason)])[0] } : result;
  }

  /** Sentences about texts, without any secret of the ConfigMap. */
  hidden(owner: MaskOwner, texts: readonly string[], sentences: readonly string[]): readonly string[] {
    const spelt = texts.flatMap((text) => spellings(text, this.sealing(owner, text)).map(({ source }) => source));
    return withoutSecrets([...this.#masking.issued(owner).keys(), ...spelt], sentences);
  }

  #of(owner: MaskOwner): Known {
    const key = ownerKey(owner);
    const known: Known = this.#known.get(key) ?? { byDigest: new Map(), count: 0, read: new WeakSet() };
    this.#known.set(key, known);
    const issued = this.#masking.issued(owner);
    if (issued.size === known.count) return known;
    let index = 0;
    for (const [secret, mask] of issued) if (++index > known.count) known.byDigest.set(this.#digest(secret), { secret, mask });
    known.count = issued.size;
    return known;
  }
}
