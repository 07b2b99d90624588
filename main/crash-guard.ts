import type { Services } from './services.ts';
import * as strings from './strings.ts';

/**
 * Guards Node's debug output and uncaught bugs. `end` must end the program: an exception may leave anything half done.
 * An unhandled rejection doesn't.
 */
export function guardOutput({ log, redact }: Pick<Services, 'log' | 'redact'>, end: (message: string) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (text: string, ...rest: readonly unknown[]) => boolean;
    // SECURITY: with NODE_DEBUG, Node prints request headers, and received bytes.
    stream.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]) =>
      write(redact(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()).replaceAll(/<Buffer [^>]*>/g, '<Buffer>'), ...rest);
  }
  // SECURITY: Node prints uncaught errors and Electron shows them; they may quote a key. The log is redacted.
  process.on('unhandledRejection', (reason) => log(strings.unhandledFailure(textOf(reason))));
  process.on('uncaughtException', (error: unknown) => {
    log(strings.uncaughtError(textOf(error)));
    end(strings.kAuditTrayHasToQuitBecauseOfBug);
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
