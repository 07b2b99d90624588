import { chromiumRequirement } from '../support/chromium.ts';
import { ENGINE, startDesktopHost } from '../support/desktop-host.ts';
import { describeWith } from '../support/requirement.ts';
import { describeContract } from './suite.ts';

if (ENGINE === 'electron') describeContract('the desktop host on Electron', () => startDesktopHost({ flags: ['--demo'] }));
else
  describeWith([chromiumRequirement], 'on the stand-in for Electron', () => {
    describeContract('the desktop host', () => startDesktopHost({ flags: ['--demo'] }));
  });
