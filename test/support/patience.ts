import { vi } from 'vitest';

// Where processes, pages and servers are asked, an event is waited for: the second that `vi.waitFor` has by itself is
// short on a machine that does something else too. As with `expect.poll` (vitest.config.ts), a test that passes takes
// no longer for it.

const PATIENCE = 10_000;
const waitFor = vi.waitFor.bind(vi);

vi.waitFor = (check, options = {}) =>
  waitFor(check, typeof options === 'number' ? options : { timeout: PATIENCE, interval: 50, ...options });
