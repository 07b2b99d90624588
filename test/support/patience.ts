import { vi } from 'vitest';

// The one second that `vi.waitFor` waits by default is short for processes, pages and servers on a busy machine. As
// with `expect.poll` (vitest.config.ts), a test that passes takes no longer.

const PATIENCE = 10_000;
const waitFor = vi.waitFor.bind(vi);

vi.waitFor = (check, options = {}) =>
  waitFor(check, typeof options === 'number' ? options : { timeout: PATIENCE, interval: 50, ...options });
