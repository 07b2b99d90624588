import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPage } from './browser/open-page.ts';
import type { BrowserServer } from './browser/server.ts';
import { startBrowserServer } from './browser/server.ts';
import { AppError } from './common/errors.ts';
import { guardOutput } from './crash-guard.ts';
import type { Flags } from './flags.ts';
import { parseFlags, USAGE } from './flags.ts';
import { keychainOnNode } from './keychain/process.ts';
import type { Services } from './services.ts';
import { createServices } from './services.ts';
import * as strings from './strings.ts';

/** Milliseconds until closing is forced. The design promises 2 s. */
const CLOSE_TIME = 1500;
const KEYCHAIN = join(import.meta.dirname, 'keychain.cjs');
const TEXT_THREAD = join(import.meta.dirname, 'text-thread.cjs');

const parsed = parseFlags(process.argv.slice(2));
if (parsed.ok) await run(parsed.flags);
else fail(`${parsed.message}\n${USAGE}`, 2);

async function run(flags: Flags): Promise<void> {
  const closers: (() => Promise<void>)[] = [];
  const close = closeOnce(closers);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void close());

  if (process.connected) process.on('disconnect', () => void close());

  try {
    const services = await createServices({ host: 'browser', flags, startKeychain: keychainOnNode(KEYCHAIN), textThread: TEXT_THREAD });
    guardOutput(services, (message) => fail(message, 1));
    closers.push(() => services.close());
    const server = await listen(services, flags);
    closers.push(() => server.close());

    services.announce(`${server.origin}/`);
    const url = `${server.origin}/#token=${server.token}`;
    process.stdout.write(strings.pageAddress(url));
    if (services.demo !== null) process.stderr.write(strings.demoClustersKubectlKubeconfig(services.demo.kubeconfig));
    if (flags.open) closers.push(await openPage(url, services.directory));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    for (const closer of closers) await closer();
    fail(error.message, 1);
  }
}

async function listen(services: Services, flags: Flags): Promise<BrowserServer> {
  try {
    return await startBrowserServer({
      dispatch: services.dispatch,
      subscribe: (listener) => services.store.subscribe(listener),
      pageDirectory: join(dirname(fileURLToPath(import.meta.url)), '..', 'renderer'),
      port: flags.port,
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? strings.itIsInUse : code === 'EACCES' ? strings.dontPermissionUse : String(code);
    throw new AppError('settings', strings.portCantBeOpened(flags.port, reason));
  }
}

function closeOnce(closers: readonly (() => Promise<void>)[]): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= (async () => {
      setTimeout(() => process.exit(0), CLOSE_TIME).unref();
      await Promise.allSettled([...closers].reverse().map((closer) => closer()));
      process.exit(0);
    })();
    return closing;
  };
}

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
