import { existsSync } from 'node:fs';
import type { Requirement } from './requirement.ts';

/** Debian's Chromium, or the one that CHROMIUM names. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const chromiumRequirement: Requirement = {
  name: 'chromium',
  missing: () => (existsSync(CHROMIUM) ? null : 'Chromium (apt-get install chromium, or name one in CHROMIUM)'),
};
