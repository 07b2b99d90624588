import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the packages: configuration, fuses, files, size and licences hold together', () => {
  const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, '../../scripts/package-check.mjs')]);
  expect(stdout.toString()).not.toContain('FAILED');
  expect(status).toBe(0);
});
