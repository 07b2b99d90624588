import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loginEnvironment, startedByDesktop, withLogin } from '../../../../main/kube/sign-in/login-shell.ts';

describe.skipIf(process.platform === 'win32')('the login shell’s environment', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-shell-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const shell = async (text: string): Promise<string> => {
    const path = join(folder, 'shell');
    await writeFile(path, `#!/bin/sh\n${text}\n`);
    await chmod(path, 0o755);
    return path;
  };

  it('is what the shell exports, whatever its start prints, even values of several lines', async () => {
    // Called as `shell -i -l -c COMMAND`.
    const own = await shell(`echo "Welcome to $0"; PATH=/opt/sdk/bin:/usr/bin:/bin AWS_PROFILE=audit TEXT='one\ntwo' exec /bin/sh -c "$4"`);
    expect(await loginEnvironment(own)).toMatchObject({ PATH: '/opt/sdk/bin:/usr/bin:/bin', AWS_PROFILE: 'audit', TEXT: 'one\ntwo' });
  });

  it('is empty for a shell that is missing or that waits for input, which is ended', async () => {
    expect(await loginEnvironment('/nonexistent/shell')).toEqual({});
    const started = Date.now();
    expect(await loginEnvironment(await shell('sleep 60'), 200)).toEqual({});
    expect(Date.now() - started).toBeLessThan(5000);
  });

  it('takes precedence over the desktop’s, and the PATH contains both', () => {
    const own = { PATH: '/usr/bin:/desktop', DISPLAY: ':0', HOME: '/home/me' };
    expect(withLogin(own, { PATH: '/opt/bin:/usr/bin', AWS_PROFILE: 'audit', SHLVL: '3' })).toEqual({
      PATH: '/opt/bin:/usr/bin:/desktop',
      DISPLAY: ':0',
      HOME: '/home/me',
      AWS_PROFILE: 'audit',
    });
    expect(withLogin(own, {})).toEqual(own);
  });

  it('is read by the desktop program only, and not when it was started in a terminal', () => {
    expect(startedByDesktop({}, 'darwin', '45.4.1')).toBe(true);
    expect(startedByDesktop({ TERM: 'xterm' }, 'linux', '45.4.1')).toBe(false);
    expect(startedByDesktop({}, 'linux', undefined)).toBe(false);
    expect(startedByDesktop({}, 'win32', '45.4.1')).toBe(false);
  });
});
