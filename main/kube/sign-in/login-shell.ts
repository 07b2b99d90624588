import { spawn } from 'node:child_process';
import { userInfo } from 'node:os';
import { delimiter } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { killTree } from './process-tree.ts';

// A program that was started from a dock or a menu has the desktop's environment: without the PATH and the variables of the user's shell, and so
// without `aws`, `gcloud` or AWS_PROFILE (lens#878, freelens#1057). The shell itself is asked, whichever it is (aptakube#53).

type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds: a shell whose start asks something is not waited for. */
const SHELL_TIME = 5_000;
const MARK = '_kaudit_tray_environment_';
/** Of the shell that was asked, not of the user. */
const OWN = new Set(['_', 'SHLVL', 'PWD', 'OLDPWD', 'DISABLE_AUTO_UPDATE']);

let asked: Promise<Environment> | undefined;

/** The environment for credential plugins. The login shell is asked once, at the first plugin, and only by the desktop program. Never throws. */
export function pluginEnvironment(): Promise<Environment> {
  if (!startedByDesktop(process.env, process.platform, process.versions.electron)) return Promise.resolve(process.env);
  asked ??= loginEnvironment(process.env.SHELL || userInfo().shell || '/bin/sh').then((shell) => withLogin(process.env, shell));
  return asked;
}

/** Whether the environment is the desktop's: a terminal sets TERM. On Windows there is one environment for both. */
export function startedByDesktop(environment: Environment, platform: NodeJS.Platform, electron: string | undefined): boolean {
  return electron !== undefined && platform !== 'win32' && environment.TERM === undefined;
}

/** What a new login shell exports; empty when it cannot be told. */
export function loginEnvironment(shell: string, milliseconds = SHELL_TIME): Promise<Environment> {
  return new Promise((resolve) => {
    // A session of its own: an interactive shell would otherwise take the terminal.
    const child = spawn(shell, ['-i', '-l', '-c', `printf '%s' ${MARK}; command env; printf '%s' ${MARK}; exit`], {
      env: { ...process.env, DISABLE_AUTO_UPDATE: 'true' },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    let output = '';
    const timer = setTimeout(() => killTree(child.pid), milliseconds);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.on('error', () => undefined);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(readEnvironment(output));
    });
  });
}

function readEnvironment(output: string): Environment {
  // A greeting may stand around it.
  const [, text] = stripVTControlCharacters(output).split(MARK);
  const found: Record<string, string> = {};
  let last = '';
  for (const line of (text ?? '').split('\n')) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(line) ?? [];
    if (name !== undefined) {
      found[name] = value;
      last = name;
    } else if (last !== '' && line !== '') found[last] += `\n${line}`;
  }
  return found;
}

/** The shell's variables before the desktop's; PATH has both. */
export function withLogin(own: Environment, login: Environment): Environment {
  const added = Object.entries(login).filter(([name]) => !OWN.has(name));
  const path = [login.PATH, own.PATH].flatMap((list) => (list ?? '').split(delimiter)).filter((folder) => folder !== '');
  return { ...own, ...Object.fromEntries(added), ...(path.length === 0 ? {} : { PATH: [...new Set(path)].join(delimiter) }) };
}
