import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../main/flags.ts';

describe('parseFlags', () => {
  test('without arguments returns the desktop host, any free port, and the browser opened', () => {
    expect(parseFlags([])).toEqual({
      ok: true,
      flags: { host: 'desktop', kubeconfig: [], userData: undefined, demo: false, hidden: false, port: 0, open: true },
    });
  });

  test('reads every flag, with a space and with an equals sign', () => {
    const expected = { host: 'browser', kubeconfig: ['a', 'b=c'], userData: '/data', demo: true, hidden: true, port: 8080, open: false };
    const blanks = [
      '--host',
      'browser',
      '--kubeconfig',
      'a',
      '--kubeconfig',
      'b=c',
      '--user-data',
      '/data',
      '--demo',
      '--hidden',
      '--port',
      '8080',
      '--no-open',
    ];
    const equals = [
      '--host=browser',
      '--kubeconfig=a',
      '--kubeconfig=b=c',
      '--user-data=/data',
      '--demo',
      '--hidden',
      '--port=8080',
      '--no-open',
    ];
    expect(parseFlags(blanks)).toEqual({ ok: true, flags: expected });
    expect(parseFlags(equals)).toEqual({ ok: true, flags: expected });
  });

  test.each([
    [['--hots', 'browser'], 'Unknown flag: --hots'],
    [['file'], 'Unknown flag: file'],
    [['--host', 'server'], 'desktop or browser'],
    [['--host'], '--host needs a value'],
    [['--kubeconfig='], '--kubeconfig needs a value'],
    [['--port', '70000'], 'from 0 to 65535'],
    [['--port', '8o80'], 'from 0 to 65535'],
    [['--demo=yes'], '--demo takes no value'],
  ])('refuses %j in a sentence that names it', (argv, part) => {
    const result = parseFlags(argv);
    expect(result.ok).toBe(false);
    expect(result.ok ? '' : result.message).toContain(part);
  });
});
