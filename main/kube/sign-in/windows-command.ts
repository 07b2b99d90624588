import { existsSync } from 'node:fs';
import { win32 } from 'node:path';

// Many Windows plugins are `.cmd` files (az, gcloud). Node won't start them without a shell (EINVAL,
// nodejs/node#52681), so arguments are escaped twice: for cmd.exe and for the program.

export interface WindowsCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly verbatim: boolean;
}

export function windowsCommand(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean = existsSync,
): WindowsCommand {
  const file = resolveCommand(command, environment, exists);
  if (file === undefined || !/\.(cmd|bat)$/i.test(file)) return { file: file ?? command, args, verbatim: false };
  // SECURITY: cmd.exe reads each argument as that argument only.
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
  // SECURITY: a bare name is searched on the PATH only, never in the current folder.
  const folders = /[\\/]/.test(command) ? [''] : (variable(environment, 'PATH') ?? '').split(';').filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => (folder === '' ? name : win32.join(folder, name)))).find(exists);
}

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
