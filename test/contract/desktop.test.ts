import { chromiumRequirement } from '../support/chromium.ts';
import { startDesktop } from '../support/desktop.ts';
import { describeWith } from '../support/requirement.ts';
import { describeContract } from './suite.ts';

describeWith([chromiumRequirement], 'on the stand-in for Electron', () => {
  describeContract('the desktop host', () => startDesktop({ flags: ['--demo'] }));
});
