import * as strings from './strings.ts';
export interface KeychainRequest {
  readonly id: number;
  readonly operation: 'read' | 'write' | 'remove';
  readonly service: string;
  readonly account: string;
  /** SECURITY: sent through the pipe, never through arguments or the environment. */
  readonly secret?: string;
}

export interface KeychainLibraryEntry {
  getPassword(): Promise<string | null | undefined>;
  setPassword(secret: string): Promise<void>;
  deleteCredential(): Promise<boolean>;
}

const TRIES = 6;

/**
 * One KWallet call in a hundred fails by chance: library and daemon drop leading zeros of the session key that the
 * other requires (kwalletd5 5.103; https://github.com/docker/secrets-engine/issues/649). A new session helps; also when
 * the daemon died, as gnome-keyring 42 may. Other failures aren't retried: a closed prompt must not return.
 */
const BROKEN_SESSION = /public key size|can't find session|crypto error|utf-8|disconnected from message bus/i;

export interface KeychainResult {
  readonly secret: string | null;
  readonly removed?: boolean;
}

export async function operate(
  { operation, secret = '' }: Pick<KeychainRequest, 'operation' | 'secret'>,
  open: () => KeychainLibraryEntry,
): Promise<KeychainResult> {
  // A KWallet killed before it wrote its file returns an empty text, which is never stored.
  const read = async () => (await repeated(async () => await open().getPassword())) || null;
  switch (operation) {
    case 'read':
      return { secret: await read() };
    case 'remove':
      return { secret: null, removed: await repeated(async () => await open().deleteCredential()) };
    case 'write': {
      for (let tries = 0; tries < TRIES; tries += 1) {
        await repeated(async () => await open().setPassword(secret));
        // A broken session may garble it: "stored" means read back.
        if ((await read()) === secret) return { secret: null };
      }
      throw new Error(strings.didntKeepWhatStored);
    }
  }
}

async function repeated<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (tries === TRIES || !(error instanceof Error && BROKEN_SESSION.test(error.message))) throw error;
    }
  }
}
