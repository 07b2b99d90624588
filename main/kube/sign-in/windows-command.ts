import { existsSync } from 'node:fs';
import { win32 } from 'node:path';

// On Windows many plugins are `.cmd` files (az, gcloud). Node refuses to start one without a shell (EINVAL, nodejs/node#52681), and a shell takes
// its arguments apart: they are escaped here, twice, once for cmd.exe and once for the program's own reading.

export interface WindowsCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** For cmd.exe: the arguments are a finished command line. */
  readonly verbatim: boolean;
}

/** How to start a plugin on Windows. `exists`: whether a file is there. */
export function windowsCommand(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean = existsSync,
): WindowsCommand {
  const file = resolveCommand(command, environment, exists);
  if (file === undefined || !/\.(cmd|bat)$/i.test(file)) return { file: file ?? command, args, verbatim: false };
  // SECURITY: nothing in an argument is read by cmd.exe as more than that argument.
  const line = [escapeMeta(win32.normalize(file)), ...args.map(escapeArgument)].join(' ');
  return { file: variable(environment, 'COMSPEC') ?? 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

function resolveCommand(
  command: string,
  environment: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean,
): string | undefined {
  const endings = (variable(environment, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';').filter(Boolean);
  const names = /\.[^.\\/]+$/.test(command)
    ? [command, ...endings.map((ending) => command + ending)]
    : endings.map((ending) => command + ending);
  // SECURITY: a bare name is looked for on the PATH only, never in the current folder.
  const folders = /[\\/]/.test(command) ? [''] : (variable(environment, 'PATH') ?? '').split(';').filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => (folder === '' ? name : win32.join(folder, name)))).find(exists);
}

/** Names of variables have no case on Windows. */
function variable(environment: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return environment[Object.keys(environment).find((candidate) => candidate.toUpperCase() === name) ?? name];
}

function escapeMeta(text: string): string {
  return text.replace(/[()\][%!^"`<>&|;, *?]/g, '^$&');
}

function escapeArgument(argument: string): string {
  // The C runtime's rules: backslashes count only before a quote.
  const quoted = argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1');
  return escapeMeta(`"${quoted}"`);
}
