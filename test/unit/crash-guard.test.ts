import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// In a process of its own, with undici's real errors: Vitest hears uncaught ones itself.

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Throws after the start, then says that it is alive. */
function thrown(expression: string): { readonly output: string; readonly status: number | null } {
  const script = `
    import { errors } from 'undici';
    import { guardOutput } from './main/crash-guard.ts';
    guardOutput({ log: (line) => console.log('log ' + line.split('\\n')[0]), redact: (text) => text }, () => process.exit(1));
    setTimeout(() => console.log('alive'), 50);
    setTimeout(() => { throw ${expression}; });
  `;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: root, encoding: 'utf8' });
  return { output: stdout, status };
}

test('an idle connection that undici closes is logged, and the program runs on', () => {
  expect(thrown("new errors.InformationalError('socket idle timeout')")).toEqual({
    output: 'log Uncaught error: InformationalError: socket idle timeout\nalive\n',
    status: 0,
  });
});

test.each(["new Error('a bug')", "new errors.ClientDestroyedError('a bug')", "'a bug'"])('%s ends the program', (expression) => {
  const { output, status } = thrown(expression);
  expect(status).toBe(1);
  expect(output).toMatch(/^log Uncaught error: .*a bug\n$/);
});
