import { randomBytes } from 'node:crypto';
import type { CheckedArgs, CommandName, Envelope, Reply } from '../common/api.ts';
import { commands } from '../common/api.ts';
import { AppError } from '../common/errors.ts';
import { ReadyReply } from '../common/replies.ts';
import * as strings from './strings.ts';

export type Handlers = { readonly [Name in CommandName]: (args: CheckedArgs<Name>) => Promise<Reply<Name>> | Reply<Name> };

export type Dispatch = (name: unknown, args: unknown) => Promise<Envelope<unknown>>;

/** An envelope as JSON; in UTF-8 if it was made off the main thread. */
export function jsonOf(envelope: Envelope<unknown>): string | Uint8Array {
  return envelope.ok && envelope.value instanceof ReadyReply ? envelope.value.envelope : JSON.stringify(envelope);
}

/** Calls the listener before a valid command is carried out. `done` settles with the command and never rejects. */
export type OnCommand = <Name extends CommandName>(name: Name, listener: (args: CheckedArgs<Name>, done: Promise<unknown>) => void) => void;

type Listener = (args: never, done: Promise<unknown>) => void;

/**
 * For senders that the transport has checked. Never throws. `log` gets a bug's details with the log id that the page
 * shows.
 */
export function createDispatch(
  handlers: Handlers,
  log: (message: string) => void,
): { readonly dispatch: Dispatch; readonly onCommand: OnCommand } {
  const listeners = new Map<CommandName, Listener[]>();
  const onCommand: OnCommand = (name, listener) => void listeners.set(name, [...(listeners.get(name) ?? []), listener]);
  const dispatch: Dispatch = async (name, args) => {
    try {
      return { ok: true, value: await run(handlers, listeners, name, args) };
    } catch (error) {
      if (error instanceof AppError) return { ok: false, error: error.toData() };
      const id = randomBytes(4).toString('hex');
      log(`${id} ${String(name)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      // SECURITY: a bug's text may hold anything; it stays in main's log.
      const message = strings.somethingWentWrongInsideKAudit(id);
      return { ok: false, error: { code: 'internal', message, retry: true } };
    }
  };
  return { dispatch, onCommand };
}

async function run(
  handlers: Handlers,
  listeners: ReadonlyMap<CommandName, readonly Listener[]>,
  name: unknown,
  args: unknown,
): Promise<unknown> {
  // SECURITY: own names only; `constructor` isn't a command.
  if (typeof name !== 'string' || !Object.hasOwn(commands, name)) throw new AppError('unknown-command', strings.commandDoesntExist);
  const command = name as CommandName;
  // SECURITY: checks every argument and refuses unknown fields (strict objects).
  if (isTooDeep(args)) {
    const message = strings.argumentsMoreThanNestedLevels(MAX_DEPTH);
    throw new AppError('invalid-arguments', message, { about: command });
  }
  const checked = commands[command].args.safeParse(args);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const place = issue === undefined ? '' : issue.path.map(String).join('.');
    throw new AppError(
      'invalid-arguments',
      strings.cantUsed(place === '' ? strings.theArguments : `“${place}”`, issue?.message ?? strings.doesntExpectedForm),
      {
        about: command,
      },
    );
  }
  const handler = handlers[command] as (args: unknown) => Promise<unknown> | unknown;
  const done = Promise.withResolvers<void>();
  for (const listener of listeners.get(command) ?? []) listener(checked.data as never, done.promise);
  try {
    return await handler(checked.data);
  } finally {
    done.resolve();
  }
}

const MAX_DEPTH = 100;

/** SECURITY: without recursion: 100,000 levels would overflow the schemas' stack. */
function isTooDeep(args: unknown): boolean {
  let level = [args];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}
