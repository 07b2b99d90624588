import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { KeptRevision } from '../common/history/revision.ts';
import { packed, type SealedBytes } from '../common/history/sealed.ts';
import * as strings from './strings.ts';

// One file per revision: `history/<ConfigMap>/<number>-<uid>.json`. Files are written atomically.

/** Per ConfigMap. */
const KEPT = 50;
/** Bytes in total. */
const MAX_BYTES = 200 * 1024 * 1024;

const hex = z.string().regex(/^[0-9a-f]{64}$/);

/** All but the text, which nothing here reads. */
const headSchema = z.strictObject({
  version: z.literal(2),
  place: z.string().max(200),
  id: z.string().regex(/^[1-9][0-9]{0,9}$/),
  at: z.iso.datetime(),
  by: z.strictObject({ manager: z.string().max(128), ours: z.boolean() }),
  resourceVersion: z.string().max(256),
  changes: z.array(z.string().max(2000)).max(1000),
  restored: z.string().max(16).optional(),
  rewrites: z.number().int().min(2).optional(),
});

const oldSchema = headSchema.extend({
  version: z.literal(1),
  content: z.strictObject({
    text: z.string().max(1_500_000),
    holes: z.array(z.strictObject({ at: z.number().int().min(0).max(1_500_000), digest: hex })).max(100_000),
    valid: z.boolean().optional(),
  }),
  mac: hex,
});

const OLD = '{"version":1,';
/** Before the last two fields of a file. Inside a value, its quotes would be escaped. */
const CONTENT = ',"content":';
const MAC = ',"mac":"';
/** Bytes of the last field and the bracket. */
const END = MAC.length + 64 + 2;

/** SECURITY: bound to server and uid, so that no other object or server can read this history. */
export interface HistoryPlace {
  readonly server: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface HistoryStoreOptions {
  readonly directory: string;
  /** HMACs under the installation's key. */
  hash(parts: readonly string[]): string;
  signature(parts: readonly string[]): string;
  onProblem(message: string): void;
  readonly maxBytes?: number;
}

interface File {
  readonly folder: string;
  readonly name: string;
  readonly number: number;
  readonly uid: string;
  readonly bytes: number;
  readonly written: number;
}

interface FileParts {
  readonly head: z.output<typeof headSchema>;
  readonly content: SealedBytes;
  /** Whether this installation wrote all of it. */
  readonly isWhole: boolean;
}

/** Needs one call at a time. Never throws. */
export class HistoryStore {
  readonly #options: HistoryStoreOptions;
  readonly #root: string;
  #files: Map<string, File[]> | undefined;
  readonly #unsaved = new Map<string, KeptRevision[]>();
  /** The last one that was read or written. One change asks for it several times. */
  #last: { readonly path: string; readonly version: string; readonly revision: KeptRevision } | undefined;
  #failing = false;

  constructor(options: HistoryStoreOptions) {
    this.#options = options;
    this.#root = join(options.directory, 'history');
  }

  get problem(): string | undefined {
    return this.#failing ? strings.historyCantSavedFreeUp(this.#root) : undefined;
  }

  async list(place: HistoryPlace, count = KEPT): Promise<readonly KeptRevision[]> {
    const { folder, uid } = this.#keys(place);
    const files = ((await this.#all()).get(folder) ?? []).filter((file) => file.uid === uid).sort((a, b) => b.number - a.number);
    const kept = this.#unsaved.get(`${folder}/${uid}`) ?? [];
    const found: KeptRevision[] = [...kept].reverse().slice(0, count);
    for (const file of files) {
      if (found.length >= count) break;
      const revision = await this.#read(file, place);
      if (revision !== undefined) found.push(revision);
    }
    return found.sort((one, other) => Number(other.id) - Number(one.id));
  }

  async hadOther(place: HistoryPlace): Promise<boolean> {
    const { folder, uid } = this.#keys(place);
    return ((await this.#all()).get(folder) ?? []).some((file) => file.uid !== uid);
  }

  async put(place: HistoryPlace, given: Omit<KeptRevision, 'id'> & { readonly id?: string }): Promise<KeptRevision> {
    const { folder, uid } = this.#keys(place);
    const files = (await this.#all()).get(folder) ?? [];
    const unsaved = this.#unsaved.get(`${folder}/${uid}`) ?? [];
    const next = Math.max(0, ...files.map((file) => file.number), ...unsaved.map(({ id }) => Number(id))) + 1;
    const revision: KeptRevision = { ...given, id: given.id ?? String(next) };
    const name = `${revision.id.padStart(10, '0')}-${uid}.json`;
    const { content, ...facts } = revision;
    const head = JSON.stringify({ version: 2, place: this.#placeText(place), ...facts });
    const parts = [Buffer.from(head.slice(0, -1) + CONTENT), content];
    const file = [...parts, Buffer.from(`${MAC}${this.#mac(parts)}"}`)];
    const written = await this.#write(folder, name, file);
    const others = unsaved.filter(({ id }) => id !== revision.id);
    this.#unsaved.set(`${folder}/${uid}`, written ? others : [...others, revision].slice(-KEPT));
    if (written) {
      const path = join(this.#root, folder, name);
      const version = await versionOf(path);
      this.#last = version === undefined ? undefined : { path, version, revision };
      const bytes = file.reduce((sum, { length }) => sum + length, 0);
      const own: File = { folder, name, number: Number(revision.id), uid, bytes, written: Date.now() };
      const all = [...files.filter((other) => other.name !== name), own].sort((a, b) => a.number - b.number);
      this.#files?.set(folder, all);
      await this.#trim(folder);
    }
    return revision;
  }

  async #write(folder: string, name: string, parts: readonly Uint8Array[]): Promise<boolean> {
    const path = join(this.#root, folder, name);
    try {
      await mkdir(join(this.#root, folder), { recursive: true, mode: 0o700 });
      await rm(`${path}.new`, { force: true });
      // SECURITY: hosts and cluster names stay private on a shared machine.
      await writeFile(`${path}.new`, parts, { mode: 0o600, flag: 'wx' });
      await rename(`${path}.new`, path);
      this.#failing = false;
      return true;
    } catch (error) {
      await rm(`${path}.new`, { force: true }).catch(() => undefined);
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      if (!this.#failing) this.#options.onProblem(strings.historyCantSavedFreeUpSpace(path, code));
      this.#failing = true;
      return false;
    }
  }

  async #read(file: File, place: HistoryPlace): Promise<KeptRevision | undefined> {
    const path = join(this.#root, file.folder, file.name);
    try {
      const version = await versionOf(path);
      if (version !== undefined && this.#last?.path === path && this.#last.version === version) return this.#last.revision;
      const bytes = await readFile(path);
      const { head, content, isWhole } = bytes.toString('latin1', 0, OLD.length) === OLD ? this.#old(bytes) : this.#parts(bytes);
      // SECURITY: ignores a file that someone else wrote or moved here from another ConfigMap.
      const own = head.place === this.#placeText(place) && Number(head.id) === file.number && isWhole;
      if (!own) throw new Error(strings.changedOutside);
      const { version: _, place: __, restored, rewrites, ...facts } = head;
      const more = { ...(restored === undefined ? {} : { restored }), ...(rewrites === undefined ? {} : { rewrites }) };
      const read = { ...facts, ...more, content };
      if (version !== undefined) this.#last = { path, version, revision: read };
      return read;
    } catch {
      this.#options.onProblem(strings.revisionDamagedChangedSomethingElse(path));
      this.#files?.set(
        file.folder,
        (this.#files.get(file.folder) ?? []).filter((other) => other !== file),
      );
      return undefined;
    }
  }

  async #all(): Promise<Map<string, File[]>> {
    if (this.#files !== undefined) return this.#files;
    const files = new Map<string, File[]>();
    for (const folder of await readdir(this.#root).catch(() => [])) {
      const own: File[] = [];
      for (const name of await readdir(join(this.#root, folder)).catch(() => [])) {
        const path = join(this.#root, folder, name);
        const match = /^(\d{10})-([0-9a-f]{16})\.json$/.exec(name);
        if (name.endsWith('.json.new')) await rm(path, { force: true }).catch(() => undefined);
        const known = match === null ? undefined : await stat(path).catch(() => undefined);
        if (match === null || known === undefined) continue;
        own.push({ folder, name, number: Number(match[1]), uid: match[2] ?? '', bytes: known.size, written: known.mtimeMs });
      }
      files.set(
        folder,
        own.sort((a, b) => a.number - b.number),
      );
    }
    this.#files = files;
    return files;
  }

  /** By number per ConfigMap and by age in total; each ConfigMap's newest goes last. */
  async #trim(folder: string): Promise<void> {
    const files = this.#files ?? new Map<string, File[]>();
    for (const file of (files.get(folder) ?? []).slice(0, -KEPT)) await this.#remove(file);
    const all = [...files.values()].flat();
    let bytes = all.reduce((sum, file) => sum + file.bytes, 0);
    const limit = this.#options.maxBytes ?? MAX_BYTES;
    if (bytes <= limit) return;
    const isNewest = (file: File) => files.get(file.folder)?.at(-1) === file;
    const oldest = all.sort((a, b) => Number(isNewest(a)) - Number(isNewest(b)) || a.written - b.written);
    for (const file of oldest) {
      if (bytes <= limit) break;
      await this.#remove(file);
      bytes -= file.bytes;
    }
  }

  async #remove(file: File): Promise<void> {
    await rm(join(this.#root, file.folder, file.name), { force: true }).catch(() => undefined);
    const left = (this.#files?.get(file.folder) ?? []).filter((other) => other.name !== file.name);
    this.#files?.set(file.folder, left);
  }

  #parts(bytes: Buffer): FileParts {
    const signed = bytes.subarray(0, -END);
    const at = signed.indexOf(CONTENT);
    const head = headSchema.parse(JSON.parse(`${signed.toString('utf8', 0, at)}}`));
    const isWhole = bytes.toString('utf8', signed.length) === `${MAC}${this.#mac([signed])}"}`;
    return { head, content: signed.subarray(at + CONTENT.length), isWhole };
  }

  #old(bytes: Buffer): FileParts {
    const text = bytes.toString();
    const { mac, content, ...head } = oldSchema.parse(JSON.parse(text));
    const plain = text.slice(0, text.lastIndexOf(MAC));
    // Nothing may follow: a later field of the same name would win.
    const isWhole = text === `${plain}${MAC}${mac}"}` && mac === this.#options.hash(['revision', `${plain}}`]);
    return { head: { ...head, version: 2 }, content: packed(content), isWhole };
  }

  #mac(parts: readonly Uint8Array[]): string {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return this.#options.signature(['revision', hash.digest('hex')]);
  }

  #placeText(place: HistoryPlace): string {
    return this.#options.hash(['place', place.server, place.namespace, place.name, place.uid]);
  }

  #keys({ server, namespace, name, uid }: HistoryPlace): { folder: string; uid: string } {
    const { hash } = this.#options;
    return { folder: hash(['history', server, namespace, name]).slice(0, 32), uid: hash(['uid', uid]).slice(0, 16) };
  }
}

/** Changes when someone else writes the file. */
async function versionOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && `${found.ino} ${found.size} ${found.mtimeMs}`;
}
