import { registerHooks } from 'node:module';

// `node --import` this: `electron` is the stand-in from then on.

const standIn = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => (specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context)),
});
