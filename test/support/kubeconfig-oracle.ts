import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { EntryError } from '../../main/kube/errors.ts';
import { kubeconfigPaths, readKubeconfig } from '../../main/kube/kubeconfig/kubeconfig.ts';
import { ClusterClient } from '../../main/kube/transport/client.ts';
import { createAuthority } from './certificates.ts';
import { askKubectl } from './kubectl.ts';
import { startRecordingProxies } from './recording-proxies.ts';
import type { Arrival } from './recording-server.ts';
import { startRecordingServer } from './recording-server.ts';

/** The result of one kubeconfig: what arrived at the server, how, and its plugin's input; or why nothing did. */
export type Outcome =
  | { readonly arrival: Arrival & { readonly via: readonly string[]; readonly told: readonly unknown[] } }
  | { readonly refused: string };

/** `asked`: it prompted for a name and a password; then what arrives with `me` and `typed`. */
export type KubectlOutcome = Outcome & { readonly asked?: Outcome };
/** `faulty`: files with a problem that the program reports. */
export type OurOutcome = Outcome & { readonly faulty: readonly string[] };

/**
 * One kubeconfig, or the files of KUBECONFIG: those after the first have their own folder. undefined: there is no such
 * file.
 */
export type Texts = string | Uint8Array | readonly (string | Uint8Array | undefined)[];

export const TYPED = ['--username=me', '--password=typed'];

export interface Oracle {
  readonly folder: string;
  /** Words of a text with their replacements: ports, certificates, keys. */
  readonly words: Readonly<Record<string, string>>;
  /** Writes a kubeconfig, and runs both with the context of that name. */
  compare(texts: Texts, context?: string): Promise<{ readonly kubectl: KubectlOutcome; readonly ours: OurOutcome }>;
  /** The program only. */
  ours(texts: Texts, context?: string): Promise<OurOutcome>;
  stop(): Promise<void>;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const idToken = (exp: number): string => `${base64('{"alg":"none"}')}.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;
const PLUGINS = join(import.meta.dirname, '../fixtures/exec-answer');

/** A recording server, certificates of every kind, and a folder with plugins and files. */
export async function openOracle(): Promise<Oracle> {
  const folder = await mkdtemp(join(tmpdir(), 'kaudit-kubectl-'));
  const authority = await createAuthority();
  const intermediate = await authority.intermediate('test-intermediate');
  const issued = await intermediate.issue({ commonName: 'api', names: ['api.internal', 'localhost'], addresses: ['127.0.0.1'] });
  const chain = `${issued.certificate}\n${intermediate.certificate}`;
  const [server, proxies] = await Promise.all([startRecordingServer(issued, chain), startRecordingProxies(issued, chain)]);
  const user = await authority.issue({ commonName: 'carol' });
  const other = await authority.issue({ commonName: 'dave' });
  const encrypted = createPrivateKey(user.key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' }).toString();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const files = {
    'ca.pem': authority.certificate,
    'int.pem': intermediate.certificate,
    'user.crt': user.certificate,
    'user.key': user.key,
    'token.txt': '  of-the-file\n',
    'empty.txt': '\n',
    'zero.txt': '',
  };
  const heard = join(folder, 'heard');
  for (const [place, more] of [
    [folder, files],
    [join(folder, 'sub'), { ...files, 'token.txt': 'of-the-other-file' }],
  ] as const) {
    await mkdir(place, { recursive: true });
    for (const [name, text] of Object.entries(more)) await writeFile(join(place, name), text);
    for (const name of await readdir(PLUGINS)) {
      const script = (await readFile(join(PLUGINS, name), 'utf8')).replace(
        '\n',
        `\nprintf '%s\\n' "$KUBERNETES_EXEC_INFO" >> '${heard}'\n`,
      );
      await writeFile(join(place, name), script, { mode: 0o755 });
    }
  }
  const words = {
    HTTPS: String(server.httpsPort),
    HTTP: String(server.httpPort),
    FORWARD: String(proxies.httpPort),
    FORWARDTLS: String(proxies.httpsPort),
    SOCKS: String(proxies.socksPort),
    AUTHORITY: base64(authority.certificate),
    INTERMEDIATE: base64(intermediate.certificate),
    STRANGER: base64((await createAuthority('stranger')).certificate),
    CERTIFICATE: base64(user.certificate),
    KEY: base64(user.key),
    OTHERKEY: base64(other.key),
    RSAKEY: base64(rsa),
    ENCRYPTEDKEY: base64(encrypted),
    IDTOKEN: idToken(4_102_444_800),
    STALETOKEN: idToken(1_000_000_000),
  };
  let count = 0;
  // New names each time, because a plugin's credentials are kept by file.
  const write = async (texts: Texts): Promise<string[]> => {
    count += 1;
    const all = typeof texts === 'string' || texts instanceof Uint8Array ? [texts] : texts;
    const paths = all.map((_, index) => join(folder, index === 0 ? '' : 'sub', `config-${count}-${index}`));
    await Promise.all(all.map((text, index) => (text === undefined ? undefined : writeFile(paths[index] ?? '', text))));
    return paths;
  };
  const arrived = async (complaint: string): Promise<Outcome> => {
    const arrival = server.take().at(-1);
    const via = proxies.take();
    // Each once: kubectl restarts a plugin whose credentials have expired.
    const lines = new Set((await readFile(heard, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''));
    const told = [...lines].map((line): unknown => JSON.parse(line));
    await rm(heard, { force: true });
    if (arrival === undefined) return { refused: complaint };
    return { arrival: { ...arrival, path: arrival.path.replace(/\?.*$/, ''), via, told } };
  };
  const ask = async (paths: readonly string[], context: string): Promise<OurOutcome> => {
    const given = kubeconfigPaths({ flags: [], environment: { KUBECONFIG: paths.join(delimiter) }, home: folder, added: [] });
    const { contexts, files: read } = await readKubeconfig(given, { environment: {} });
    const faulty = read.flatMap(({ path, problem }) => (problem === undefined ? [] : [path]));
    const entry = contexts.find((found) => found.context === context);
    if (entry === undefined) return { refused: read[0]?.problem ?? 'no such context', faulty };
    if (entry.problem !== null) return { refused: entry.problem.message, faulty };
    const client = new ClusterClient(entry);
    await arrived('');
    try {
      await client.attended(() => client.request('GET', '/version'));
      return { ...(await arrived('nothing arrived')), faulty };
    } catch (error) {
      return { ...(await arrived(error instanceof EntryError ? error.message : String(error))), faulty };
    } finally {
      await client.close();
    }
  };
  const judge = async (paths: readonly string[], context: string): Promise<KubectlOutcome> => {
    await arrived('');
    const { complaint, asked } = await askKubectl(paths, context, { folder });
    const found = await arrived(complaint ?? 'nothing arrived');
    if (!asked) return found;
    // What its companion sent before the prompt doesn't count.
    const typed = await askKubectl(paths, context, { folder, flags: TYPED });
    return { refused: complaint ?? 'it asked', asked: await arrived(typed.complaint ?? 'nothing arrived') };
  };
  return {
    folder,
    words,
    ours: async (texts, context = 'x') => ask(await write(texts), context),
    compare: async (texts, context = 'x') => {
      const paths = await write(texts);
      return { ours: await ask(paths, context), kubectl: await judge(paths, context) };
    },
    stop: async () => {
      await Promise.all([server.stop(), proxies.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The text with its words filled in. */
export function filled(text: string, words: Readonly<Record<string, string>>): string {
  return text.replace(/[A-Z]{3,}(?!:\/\/)/g, (word) => words[word] ?? word);
}
