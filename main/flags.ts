import * as strings from './strings.ts';
export interface Flags {
  readonly host: 'desktop' | 'browser';
  readonly kubeconfig: readonly string[];
  readonly userData: string | undefined;
  readonly demo: boolean;
  readonly hidden: boolean;
  readonly port: number;
  readonly open: boolean;
}

export type FlagsResult = { readonly ok: true; readonly flags: Flags } | { readonly ok: false; readonly message: string };

export const USAGE = strings.usage;

/** `--name value` or `--name=value`. For an unknown flag the caller prints the sentence with USAGE and exits 2. */
export function parseFlags(argv: readonly string[]): FlagsResult {
  const kubeconfig: string[] = [];
  let host: Flags['host'] = 'desktop';
  let userData: string | undefined;
  let demo = false;
  let hidden = false;
  let port = 0;
  let open = true;

  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [name, attached] = split(argument);
    if (name === '--demo' || name === '--hidden' || name === '--no-open') {
      if (attached !== undefined) return refuse(strings.takesNoValue(name));
      if (name === '--demo') demo = true;
      else if (name === '--hidden') hidden = true;
      else open = false;
      continue;
    }
    if (name !== '--host' && name !== '--kubeconfig' && name !== '--user-data' && name !== '--port')
      return refuse(strings.unknownFlag(argument));
    const value = attached ?? rest.shift();
    if (value === undefined || value === '') return refuse(strings.needsValue(name));
    if (name === '--host') {
      if (value !== 'desktop' && value !== 'browser') return refuse(strings.hostIs(value));
      host = value;
    } else if (name === '--kubeconfig') kubeconfig.push(value);
    else if (name === '--user-data') userData = value;
    else {
      if (!/^\d{1,5}$/.test(value) || Number(value) > 65535) return refuse(strings.portIs(value));
      port = Number(value);
    }
  }
  return { ok: true, flags: { host, kubeconfig, userData, demo, hidden, port, open } };
}

function split(argument: string): [string, string | undefined] {
  const at = argument.startsWith('--') ? argument.indexOf('=') : -1;
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

function refuse(message: string): FlagsResult {
  return { ok: false, message };
}
