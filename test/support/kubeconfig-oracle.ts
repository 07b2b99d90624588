import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { chmod, copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EntryError } from '../../main/kube/errors.ts';
import { readKubeconfig } from '../../main/kube/kubeconfig/kubeconfig.ts';
import { ClusterClient } from '../../main/kube/transport/client.ts';
import { createAuthority } from './certificates.ts';
import { askKubectl } from './kubectl.ts';
import type { Arrival } from './recording-server.ts';
import { startRecordingServer } from './recording-server.ts';

/** What came of one kubeconfig: what arrived at the server, or why nothing did. */
export type Outcome = { readonly arrival: Omit<Arrival, 'path'> & { readonly path: string } } | { readonly refused: string };

export interface Oracle {
  readonly folder: string;
  /** Words of a text, and what stands for them: ports, certificates, keys. */
  readonly words: Readonly<Record<string, string>>;
  /** Writes a kubeconfig, and asks both with the context of that name. */
  compare(text: string | Uint8Array, context?: string): Promise<{ readonly kubectl: Outcome; readonly ours: Outcome }>;
  /** The program alone. */
  ours(text: string | Uint8Array, context?: string): Promise<Outcome>;
  stop(): Promise<void>;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const PLUGINS = join(import.meta.dirname, '../fixtures/exec-answer');

/** A recording server, certificates of every kind, and a folder with plugins and files. */
export async function openOracle(): Promise<Oracle> {
  const folder = await mkdtemp(join(tmpdir(), 'kaudit-kubectl-'));
  const authority = await createAuthority();
  const intermediate = await authority.intermediate('test-intermediate');
  const issued = await intermediate.issue({ commonName: 'api', names: ['api.internal', 'localhost'], addresses: ['127.0.0.1'] });
  const server = await startRecordingServer(issued, `${issued.certificate}\n${intermediate.certificate}`);
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
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  for (const name of await readdir(PLUGINS)) {
    await copyFile(join(PLUGINS, name), join(folder, name));
    await chmod(join(folder, name), 0o755);
  }
  const words = {
    HTTPS: String(server.httpsPort),
    HTTP: String(server.httpPort),
    AUTHORITY: base64(authority.certificate),
    INTERMEDIATE: base64(intermediate.certificate),
    STRANGER: base64((await createAuthority('stranger')).certificate),
    CERTIFICATE: base64(user.certificate),
    KEY: base64(user.key),
    OTHERKEY: base64(other.key),
    RSAKEY: base64(rsa),
    ENCRYPTEDKEY: base64(encrypted),
  };
  const file = join(folder, 'config');
  const arrived = (complaint: string): Outcome => {
    const arrival = server.take().at(-1);
    return arrival === undefined ? { refused: complaint } : { arrival: { ...arrival, path: arrival.path.replace(/\?.*$/, '') } };
  };
  const ours = async (text: string | Uint8Array, context = 'x'): Promise<Outcome> => {
    await writeFile(file, text);
    const { contexts, files: read } = await readKubeconfig([file], { environment: {} });
    const entry = contexts.find((found) => found.context === context);
    if (entry === undefined) return { refused: read[0]?.problem ?? 'no such context' };
    if (entry.problem !== null) return { refused: entry.problem.message };
    const client = new ClusterClient(entry);
    server.take();
    try {
      await client.attended(() => client.request('GET', '/version'));
      return arrived('nothing arrived');
    } catch (error) {
      const outcome = arrived(error instanceof EntryError ? error.message : String(error));
      return outcome;
    } finally {
      await client.close();
    }
  };
  return {
    folder,
    words,
    ours,
    compare: async (text, context = 'x') => {
      const mine = await ours(text, context);
      server.take();
      const complaint = await askKubectl(file, context);
      const found = arrived(complaint ?? 'nothing arrived');
      // It was ready to ask somebody for a name and a password: what a companion of it sent before that does not count.
      return { ours: mine, kubectl: complaint === null || !('arrival' in found) ? found : { refused: complaint } };
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The text with its words filled in. */
export function filled(text: string, words: Readonly<Record<string, string>>): string {
  return text.replace(/[A-Z]{3,}(?!:\/\/)/g, (word) => words[word] ?? word);
}
