import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What differs between the programs that offer the Secret Service. All files are in the folder of one test. */
export interface Keyring {
  readonly name: string;
  /** The commands that it needs, with their Debian packages. */
  readonly packages: Readonly<Record<string, string>>;
  /** It doesn't even start without a screen. */
  readonly needsScreen: boolean;
  /** The title of its prompt. */
  readonly question: string;
  /** Arguments for dbus-send: write everything, and lock. */
  readonly lock: readonly string[];
  /** The file in `home` that holds the secrets. */
  readonly file: string;
  /** Writes the files that it expects. Returns the flags of dbus-run-session. */
  prepare(home: string): readonly string[];
  /** Shell lines that create it, in its session. They may print text to evaluate there. */
  create(home: string): string;
  /** Shell lines that start it if it doesn't run, and unlock it. */
  unlock(home: string): string;
}

/** Of all keyrings here. */
export const PASSWORD = 'test';

const UNLOCK = `printf %s ${PASSWORD} | gnome-keyring-daemon --unlock --components=secrets`;

export const GNOME_KEYRING: Keyring = {
  name: 'gnome-keyring',
  packages: { 'gnome-keyring-daemon': 'gnome-keyring' },
  needsScreen: false,
  question: 'Unlock',
  lock: [
    '--dest=org.freedesktop.secrets',
    '/org/freedesktop/secrets',
    'org.freedesktop.Secret.Service.Lock',
    'array:objpath:/org/freedesktop/secrets/collection/login',
  ],
  file: 'data/keyrings/login.keyring',
  prepare: () => [],
  create: () => UNLOCK,
  unlock: () => UNLOCK,
};

const WALLET = 'kdewallet';
const WALLET_SETTINGS = `[Wallet]
Enabled=true
First Use=false
Default Wallet=${WALLET}
Use One Wallet=true
Close When Idle=false

[org.freedesktop.secrets]
apiEnabled=true
`;
/**
 * If gnome-keyring is installed too, the bus would start that instead: this one starts KWallet only, by its own name.
 */
const BUS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <servicedir>SERVICES</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_connections_per_user">100000</limit>
</busconfig>
`;

/** KDE's, of the fifth generation. Its wallet is created and opened as at a login with a password (pam_kwallet). */
export const KWALLET: Keyring = {
  name: 'KWallet',
  packages: { kwalletd5: 'libkf5wallet-bin libqca-qt5-2-plugins' },
  needsScreen: true,
  question: 'KDE Wallet Service',
  // Not through the Secret Service, which doesn't lock a wallet that wasn't used since the login opened it.
  lock: ['--dest=org.kde.kwalletd5', '/modules/kwalletd5', 'org.kde.KWallet.close', `string:${WALLET}`, 'boolean:true'],
  file: `data/kwalletd/${WALLET}.kwl`,
  prepare: (home) => {
    for (const folder of ['config', 'data/kwalletd', 'services']) mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, 'config', 'kwalletrc'), WALLET_SETTINGS);
    const salt = randomBytes(56);
    writeFileSync(join(home, 'data', 'kwalletd', `${WALLET}.salt`), salt, { mode: 0o600 });
    // pam_kwallet's own figures.
    const hash = pbkdf2Sync(PASSWORD, salt, 50_000, 56, 'sha512');
    writeFileSync(join(home, 'hash'), [...hash].map((byte) => `0x${byte.toString(16)}`).join(','));
    writeFileSync(
      join(home, 'services', 'org.kde.kwalletd5.service'),
      '[D-BUS Service]\nName=org.kde.kwalletd5\nExec=/usr/bin/kwalletd5\n',
    );
    writeFileSync(join(home, 'bus.conf'), BUS.replace('SERVICES', join(home, 'services')));
    return [`--config-file=${join(home, 'bus.conf')}`];
  },
  // The new wallet is no collection until the next start.
  create: (home) => `
    ${open(home)}
    pid=$(dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetConnectionUnixProcessID \\
      string:org.kde.kwalletd5 | grep -o '[0-9]*$')
    kill $pid
    while [ -e /proc/$pid ]; do sleep 0.05; done
    ${open(home)}`,
  unlock: open,
};

function open(home: string): string {
  return `dbus-send --session --print-reply --dest=org.kde.kwalletd5 /modules/kwalletd5 org.kde.KWallet.pamOpen \\
    string:${WALLET} array:byte:$(cat '${home}/hash') int32:0 > /dev/null`;
}
