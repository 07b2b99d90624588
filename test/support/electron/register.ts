import { registerHooks } from 'node:module';
import { setAddresses } from './network.ts';

// `node --import` this: from then on, `electron` is the stand-in.

const standIn = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => (specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context)),
});

// For a test about another system or network: the program reads here which one it is on.
const { STAND_IN_PLATFORM: platform, STAND_IN_ADDRESS: address } = process.env;
if (platform !== undefined) Object.defineProperty(process, 'platform', { value: platform });
if (address !== undefined) setAddresses([address]);
