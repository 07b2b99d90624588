import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Requirement } from './requirement.ts';

// A Java program of this folder that returns one line for each line. It is compiled at each start, which costs more
// than what it is asked: a test file starts it once.

let missing: string | null | undefined;

export const java: Requirement = {
  name: 'Java',
  missing: () => {
    missing ??= spawnSync('java', ['--list-modules'], { encoding: 'utf8' }).stdout?.includes('jdk.compiler')
      ? null
      : 'Java 17 or newer with its compiler (apt-get install default-jre-headless)';
    return missing;
  },
};

export interface Jvm {
  ask(lines: readonly string[]): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Less optimisation and fewer threads than for a server: these programs run for seconds. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

export function startJvm(program: string, classPath?: string): Jvm {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const args = [...SHORT_LIVED, ...(classPath === undefined ? [] : ['-cp', classPath]), file];
  const child: ChildProcess = spawn('java', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('Java has no streams');
  let errors = '';
  stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  // It ended: its errors say why.
  stdin.on('error', () => undefined);
  const ended = once(child, 'close');
  const replies = linesOf(stdout);
  return {
    ask: async (lines) => {
      stdin.write(lines.map((line) => `${line}\n`).join(''));
      const answers: string[] = [];
      while (answers.length < lines.length) {
        const { value, done } = await replies.next();
        if (done) throw new Error(`Java ended after ${answers.length} of ${lines.length} lines.\n${errors}`);
        answers.push(value);
      }
      return answers;
    },
    stop: async () => {
      stdin.end();
      await ended;
    },
  };
}

/** Node's readline would also end a line at U+2028 and U+2029, which a reply may quote. */
async function* linesOf(stream: Readable): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  return undefined;
}
