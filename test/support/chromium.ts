import { existsSync } from 'node:fs';
import { FULL } from './full-run.ts';
import type { Requirement } from './requirement.ts';

/** Debian’s Chromium without the browser's window: its start and first page cost a quarter of the processor time. */
const SHELL = '/usr/lib/chromium/chromium-headless-shell';

/** Debian's Chromium, or the one that CHROMIUM names. The gate uses the headless shell if it is installed. */
export const CHROMIUM = process.env.CHROMIUM ?? (!FULL && existsSync(SHELL) ? SHELL : '/usr/bin/chromium');

export const chromiumRequirement: Requirement = {
  name: 'chromium',
  missing: () => (existsSync(CHROMIUM) ? null : 'Chromium (apt-get install chromium or chromium-headless-shell, or name one in CHROMIUM)'),
};
