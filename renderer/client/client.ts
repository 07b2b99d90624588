import type { Args, CommandName, Event, Reply, Transport } from '../../main/common/api.ts';
import { AppError } from '../../main/common/errors.ts';
import * as strings from './strings.ts';

export interface Client {
  /** Throws an AppError if the command failed. Foreseeable outcomes are part of the reply. */
  request<Name extends CommandName>(name: Name, args: Args<Name>): Promise<Reply<Name>>;
  subscribe(listener: (event: Event) => void, onState?: (connected: boolean) => void): () => void;
}

export function createClient(transport: Transport): Client {
  return {
    async request<Name extends CommandName>(name: Name, args: Args<Name>): Promise<Reply<Name>> {
      const envelope = await transport.request(name, args);
      if (!envelope.ok) {
        const { code, message, about, retry } = envelope.error;
        throw new AppError(code, message, { ...(about === undefined ? {} : { about }), retry });
      }
      return envelope.value as Reply<Name>;
    },
    subscribe: (listener, onState) => transport.subscribe(listener, onState),
  };
}

export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('internal', strings.somethingWentWrongPageNothing, { retry: true });
}
