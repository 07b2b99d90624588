import type { Services } from './services.ts';

/**
 * What becomes of what nobody meant to be printed: Node's own debug output, and bugs that nobody catches. `end` has to end the program after an
 * exception, which can have left anything half done; a promise that nobody waited for leaves the rest as it was.
 */
export function guardOutput({ log, redact }: Pick<Services, 'log' | 'redact'>, end: (message: string) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (text: string, ...rest: readonly unknown[]) => boolean;
    // SECURITY: with NODE_DEBUG set, Node prints the headers of requests, and what comes in as bytes.
    stream.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]) =>
      write(redact(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()).replaceAll(/<Buffer [^>]*>/g, '<Buffer>'), ...rest);
  }
  // SECURITY: Node prints such errors as they are, and Electron shows them; their text may quote a key. The log is redacted.
  process.on('unhandledRejection', (reason) => log(`Nobody waited for what failed: ${textOf(reason)}`));
  process.on('uncaughtException', (error) => {
    log(`Ended by a bug: ${textOf(error)}`);
    end('kAudit Tray has to end because of a bug of its own. What happened stands in kaudit-tray.log in its data folder. Start it again.');
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
