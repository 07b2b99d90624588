import { spawn } from 'node:child_process';
import { userInfo } from 'node:os';
import { delimiter } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { killTree } from './process-tree.ts';
import * as strings from './strings.ts';

// A program started from a dock or menu lacks the shell's PATH and variables, and so `aws`, `gcloud` or AWS_PROFILE
// (lens#878, freelens#1057). Ask the user's shell, whichever it is (aptakube#53).

type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds: a shell that asks something at start isn't waited for. */
const SHELL_TIME = 5_000;
const MARK = '_kaudit_tray_environment_';
const OWN = new Set(['_', 'SHLVL', 'PWD', 'OLDPWD', 'DISABLE_AUTO_UPDATE']);

let asked: Promise<Environment> | undefined;

/** Asks the login shell once, at the first plugin, in the desktop program only. Never throws. */
export function pluginEnvironment(): Promise<Environment> {
  if (!startedByDesktop(process.env, process.platform, process.versions.electron)) return Promise.resolve(process.env);
  asked ??= loginEnvironment(process.env.SHELL || userInfo().shell || '/bin/sh').then((shell) => withLogin(process.env, shell));
  return asked;
}

/** A terminal sets TERM. Windows has one environment for both. */
export function startedByDesktop(environment: Environment, platform: NodeJS.Platform, electron: string | undefined): boolean {
  return electron !== undefined && platform !== 'win32' && environment.TERM === undefined;
}

export function loginEnvironment(shell: string, milliseconds = SHELL_TIME): Promise<Environment> {
  return new Promise((resolve) => {
    // Its own session: an interactive shell would take the terminal.
    const child = spawn(shell, ['-i', '-l', '-c', strings.printfSCommandEnvPrintf(MARK)], {
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

/** The shell's variables win; PATH has both. */
export function withLogin(own: Environment, login: Environment): Environment {
  const added = Object.entries(login).filter(([name]) => !OWN.has(name));
  const path = [login.PATH, own.PATH].flatMap((list) => (list ?? '').split(delimiter)).filter((folder) => folder !== '');
  return { ...own, ...Object.fromEntries(added), ...(path.length === 0 ? {} : { PATH: [...new Set(path)].join(delimiter) }) };
}
