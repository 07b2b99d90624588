import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StartKeychainProcess } from '../../main/keychain/process.ts';
import { keychainOnNode } from '../../main/keychain/process.ts';
import { GNOME_KEYRING, type Keyring, PASSWORD } from './keyring.ts';
import type { Requirement } from './requirement.ts';

// A real keyring on its own D-Bus session, with its files in a temporary folder: the keyring of whoever runs the tests
// is never touched.

export { PASSWORD };

export function keyringRequirement(keyring: Keyring): Requirement {
  const packages: Readonly<Record<string, string>> = {
    'dbus-run-session': 'dbus',
    'secret-tool': 'libsecret-tools',
    ...keyring.packages,
  };
  return {
    name: keyring.name,
    missing: () => {
      if (process.platform !== 'linux') return 'Linux (the keychains of macOS and Windows ask their user)';
      const missing = Object.keys(packages).filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0);
      return missing.length === 0
        ? null
        : `${missing.join(', ')} (apt-get install ${missing.map((command) => packages[command]).join(' ')})`;
    },
  };
}

export const keychainRequirement = keyringRequirement(GNOME_KEYRING);

/** The built one: from its source, each start takes three times as long. */
export const startKeychainProcess: StartKeychainProcess = keychainOnNode(
  fileURLToPath(new URL('../../dist/main/keychain.cjs', import.meta.url)),
);

export interface TestKeychain {
  /** For the process that uses it: the session's D-Bus address, and its own folders. */
  readonly environment: Readonly<Record<string, string>>;
  /** What `secret-tool` finds; null: nothing. */
  lookup(service: string, account: string): Promise<string | null>;
  /** What other programs may do with an entry: replace its text, or (null) remove it. */
  tamper(service: string, account: string, secret: string | null): Promise<void>;
  /** Locks the keyring: from now on it asks for its password. */
  lock(): Promise<void>;
  /**
   * Starts to record who calls the keyring on the bus. The returned function stops, and returns the methods that were
   * called.
   */
  watch(): Promise<() => Promise<readonly string[]>>;
  /** What its file contains. What was written to KWallet gets there some seconds later. */
  onDisk(): string;
  /** Ends the keyring's daemon, whatever it hasn't written yet; the session bus stays. */
  kill(): Promise<void>;
  /** It starts again, unlocked. */
  revive(): Promise<void>;
  /** The daemon writes its entries, ends and starts again, unlocked. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const run = promisify(execFile);

/**
 * Starts one (gnome-keyring, unless another is named). For the test's own process set
 * `process.env.DBUS_SESSION_BUS_ADDRESS` before the first use of the keychain. `display`: where it asks for its
 * password when it is locked (test/support/screen.ts); without one it can't prompt.
 */
export async function startKeychain({
  display,
  keyring = GNOME_KEYRING,
}: {
  readonly display?: string;
  readonly keyring?: Keyring;
} = {}): Promise<TestKeychain> {
  const home = mkdtempSync(join(tmpdir(), 'kaudit-tray-keychain-'));
  // secret-tool reads its arguments in the locale's character set.
  const folders = {
    LC_ALL: 'C.UTF-8',
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_RUNTIME_DIR: home,
    XDG_CONFIG_HOME: join(home, 'config'),
  };
  // Without a display a locked keyring can't prompt: it fails instead of showing its prompt on the developer's screen.
  const { DISPLAY: _, WAYLAND_DISPLAY: __, GNOME_KEYRING_CONTROL: ___, ...ours } = process.env;
  const inherited = display === undefined ? ours : { ...ours, DISPLAY: display };
  const session = spawn(
    'dbus-run-session',
    [
      ...keyring.prepare(home),
      '--',
      'bash',
      '-c',
      `eval "$(${keyring.create(home)})"; echo "ready $GNOME_KEYRING_CONTROL $DBUS_SESSION_BUS_ADDRESS"; cat`,
    ],
    { env: { ...inherited, ...folders }, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const ended = new Promise<void>((done) => session.once('exit', () => done()));
  const { control, address } = await new Promise<{ control: string; address: string }>((done, fail) => {
    let output = '';
    session.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const found = /^ready (\S*) (\S+)\n/m.exec(output);
      if (found) done({ control: found[1] ?? '', address: found[2] ?? '' });
    });
    session.once('error', fail);
    void ended.then(() => fail(new Error('The D-Bus session ended before its keyring was ready.')));
  });
  const environment = { ...folders, DBUS_SESSION_BUS_ADDRESS: address };
  const env = { ...inherited, ...environment, GNOME_KEYRING_CONTROL: control };

  const send = async (args: readonly string[]): Promise<string> => {
    const { stdout } = await run('dbus-send', ['--session', '--print-reply', ...args], { env });
    return stdout;
  };

  const kill = async (): Promise<void> => {
    const method = 'org.freedesktop.DBus.GetConnectionUnixProcessID';
    const answer = await send(['--dest=org.freedesktop.DBus', '/', method, 'string:org.freedesktop.secrets']);
    const pid = Number(/uint32 (\d+)/.exec(answer)?.[1]);
    if (pid > 1) process.kill(pid);
    while (existsSync(`/proc/${pid}`)) await pause(10);
  };

  const lock = async (): Promise<void> => void (await send(keyring.lock));

  const revive = async (): Promise<void> => void (await run('bash', ['-c', keyring.unlock(home)], { env }));

  /**
   * secret-tool exits with 1 for a missing entry and for a failure. With KWallet it fails by chance, so it runs again.
   */
  const secretTool = async (args: readonly string[], input?: string): Promise<string | null> => {
    for (let tries = 1; ; tries += 1) {
      const running = run('secret-tool', [...args], { env, timeout: 20_000 });
      if (input !== undefined) running.child.stdin?.end(input);
      try {
        return (await running).stdout;
      } catch (error) {
        const { code, stderr = '' } = error as { readonly code?: unknown; readonly stderr?: string };
        if (code === 1 && stderr === '') return null;
        if (tries === 6) throw error;
      }
    }
  };

  /** A secret that secret-tool can't decipher counts as missing, without an error. That happens by chance, too. */
  const lookup = async (service: string, account: string): Promise<string | null> => {
    let found: string | null = null;
    for (let tries = 0; found === null && tries < 3; tries += 1)
      found = await secretTool(['lookup', 'service', service, 'username', account]);
    return found;
  };

  return {
    environment,
    lookup,
    tamper: async (service, account, secret) => {
      // It clears only unlocked entries, and a lookup unlocks them.
      await lookup(service, account);
      await secretTool(['clear', 'service', service, 'username', account]);
      if (secret !== null) await secretTool(['store', '--label=changed', 'service', service, 'username', account], secret);
    },
    lock,
    onDisk: () => readFileSync(join(home, keyring.file), 'latin1'),
    watch: async () => {
      const monitor = spawn('dbus-monitor', ['--session', 'destination=org.freedesktop.secrets'], {
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const ended = new Promise<void>((done) => monitor.once('exit', () => done()));
      let output = '';
      await new Promise<void>((done, fail) => {
        monitor.once('error', fail);
        monitor.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString('utf8');
          // The bus announces it when it watches.
          if (output.includes('NameLost')) done();
        });
      });
      return async () => {
        // Whatever was sent before this has arrived with it.
        await send(['--dest=org.freedesktop.secrets', '/', 'org.freedesktop.DBus.Peer.Ping']).catch(() => undefined);
        while (!output.includes('member=Ping')) await pause(10);
        monitor.kill();
        await ended;
        return [...output.matchAll(/^method call .* member=(\w+)/gm)].flatMap(([, member = '']) => (member === 'Ping' ? [] : [member]));
      };
    },
    kill,
    revive,
    restart: async () => {
      await lock();
      await kill();
      await revive();
    },
    stop: async () => {
      // Otherwise it would keep writing into the folder while it is removed.
      await kill().catch(() => undefined);
      // The shell's `cat` ends with its input, and with it the bus and everything on it.
      session.stdin.end();
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
