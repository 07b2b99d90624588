import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// `node --import` this: notes in the file MODULE_LOG when the Kubernetes client is loaded, in milliseconds since 1970.
registerHooks({
  load: (url, context, next) => {
    if (url.includes('client-library')) appendFileSync(process.env.MODULE_LOG, `${Date.now()}\n`);
    return next(url, context);
  },
});
