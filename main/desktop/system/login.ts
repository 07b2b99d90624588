import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'electron';
import * as strings from './strings.ts';

// Start at login, only if the user chose it in Settings. Electron does it for macOS and Windows; on Linux a desktop
// reads autostart files.

export interface LoginParts {
  readonly app: Pick<App, 'setLoginItemSettings' | 'isPackaged'>;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** What to start: the program, and what comes before its own flags. */
  readonly command: readonly string[];
}

/** Applies it. Returns why it failed, in one sentence; null: it succeeded. */
export function applyStartAtLogin(wanted: boolean, { app, platform, environment, home, command }: LoginParts): string | null {
  if (platform !== 'linux') {
    const [path = '', ...args] = command;
    app.setLoginItemSettings({ openAtLogin: wanted, ...(platform === 'win32' ? { path, args: [...args, '--hidden'] } : {}) });
    return null;
  }
  const file = autostartFile(environment, home);
  try {
    if (!wanted) rmSync(file, { force: true });
    // SECURITY: an extra line in the entry could start anything at login.
    else if (command.some((part) => /[\r\n\0]/.test(part))) return strings.programsPathContainsLineBreak;
    else {
      const entry = autostartEntry([...command, '--hidden']);
      if (readOrNothing(file) === entry) return null;
      mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
      writeFileSync(file, entry, { mode: 0o644 });
    }
    return null;
  } catch (error) {
    return strings.cantCheckFoldersOwnerSpace(file, wanted ? 'written' : 'removed', error instanceof Error ? error.message : String(error));
  }
}

/**
 * Returns a function that applies each change of the setting. At the start only if the user chose it: an update may
 * have moved the program. Never touches it otherwise.
 */
export function followSetting(demo: boolean, tell: (problem: string | null) => void, parts: LoginParts): (wanted: boolean) => void {
  let applied = false;
  return (wanted) => {
    if (wanted === applied) return;
    applied = wanted;
    tell(demo ? strings.demoNeverStartsLogin : applyStartAtLogin(wanted, parts));
  };
}

/** Whether the system started it at login: macOS passes no `--hidden`, so it must be asked. */
export function startedAtLogin(app: Pick<App, 'getLoginItemSettings'>, platform: NodeJS.Platform): boolean {
  return platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}

/** Where the desktop looks (Desktop Application Autostart Specification). */
export function autostartFile(environment: Readonly<Record<string, string | undefined>>, home: string): string {
  const configured = environment.XDG_CONFIG_HOME;
  return join(configured?.startsWith('/') ? configured : join(home, '.config'), 'autostart', 'kaudit-tray.desktop');
}

export function autostartEntry(command: readonly string[]): string {
  return `[Desktop Entry]
Type=Application
Name=kAudit Tray
Comment=Watches the Coralogix integrations of Alcide kAudit
Exec=${command.map(quoted).join(' ')}
Icon=kaudit-tray
Terminal=false
X-GNOME-Autostart-enabled=true
`;
}

/**
 * Quotes an argument of Exec as in the Desktop Entry Specification: its value is unescaped twice, as a string and as an
 * argument.
 */
function quoted(argument: string): string {
  // SECURITY: a path with spaces, quotes or a $ stays one argument; %% is a per cent sign.
  const inner = argument.replaceAll(/["`$\\]/g, (character) => `\\${character}`).replaceAll('\\', '\\\\');
  const plain = /^[\w@+=:,./-]+$/.test(argument) ? argument : `"${inner}"`;
  return plain.replaceAll('%', '%%');
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** What starts this program again. An AppImage runs from a temporary place; the environment names its own file. */
export function startCommand(
  executable: string,
  root: string,
  packaged: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  if (!packaged) return [executable, root];
  return [environment.APPIMAGE ?? executable];
}
