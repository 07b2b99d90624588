import type { TestOptions } from 'vitest';
import { describe } from 'vitest';

/** Something outside the repository that a test needs: a system package, a running service. */
export interface Requirement {
  readonly name: string;
  /** null when it is available; otherwise what is missing and how to get it: "etcd (apt-get install etcd-server)". */
  missing(): string | null;
}

/** `describe`, skipped with one loud line when something is missing. With CI=true a skip is a failure. */
export function describeWith(requirements: readonly Requirement[], name: string, body: () => void, options: TestOptions = {}): void {
  const missing = requirements.map((requirement) => requirement.missing()).filter((what) => what !== null);
  if (missing.length === 0) {
    describe(name, options, body);
    return;
  }
  const line = `SKIPPED: ${name}: missing ${missing.join(', ')}`;
  if (process.env.CI === 'true') throw new Error(line);
  process.stderr.write(`\n${line}\n`);
  describe.skip(name, body);
}

/** Chromium’s sandbox doesn't start as root, so root gets no desktop application. */
export const unprivilegedRequirement: Requirement = {
  name: 'a user',
  missing: () => (process.getuid?.() === 0 ? 'a user who is not root (.ci/as-user)' : null),
};
