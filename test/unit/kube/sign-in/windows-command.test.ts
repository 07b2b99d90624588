import { describe, expect, it } from 'vitest';
import { windowsCommand } from '../../../../main/kube/sign-in/windows-command.ts';

describe('windowsCommand', () => {
  const environment = { Path: 'C:\\Windows;C:\\Program Files\\SDK', PATHEXT: '.EXE;.CMD', ComSpec: 'C:\\Windows\\cmd.exe' };
  const there =
    (...paths: string[]) =>
    (path: string) =>
      paths.some((one) => one.toLowerCase() === path.toLowerCase());

  it('starts a program as it is', () => {
    const start = windowsCommand('aws', ['eks', 'get-token'], environment, there('C:\\Windows\\aws.exe'));
    expect(start).toEqual({ file: 'C:\\Windows\\aws.EXE', args: ['eks', 'get-token'], verbatim: false });
  });

  it('starts a .cmd through cmd.exe, and every argument stays one argument', () => {
    const start = windowsCommand(
      'gcloud',
      ['a b', 'x&calc', '100%', '"q"', 'end\\'],
      environment,
      there('C:\\Program Files\\SDK\\gcloud.cmd'),
    );
    expect(start.file).toBe('C:\\Windows\\cmd.exe');
    expect(start.verbatim).toBe(true);
    expect(start.args).toEqual([
      '/d',
      '/s',
      '/c',
      '"C:\\Program^ Files\\SDK\\gcloud.CMD ^"a^ b^" ^"x^&calc^" ^"100^%^" ^"\\^"q\\^"^" ^"end\\\\^""',
    ]);
  });

  it('never takes a bare name from the current folder, and leaves a missing file to its start error', () => {
    expect(windowsCommand('gcloud', [], environment, there('gcloud.cmd'))).toEqual({ file: 'gcloud', args: [], verbatim: false });
    expect(windowsCommand('C:\\own\\plugin.bat', [], environment, there('C:\\own\\plugin.bat')).verbatim).toBe(true);
  });
});
