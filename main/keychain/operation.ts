export interface KeychainRequest {
  readonly id: number;
  readonly operation: 'read' | 'write' | 'remove';
  readonly service: string;
  readonly account: string;
  /** What is written. SECURITY: goes through the pipe between the two processes, never through arguments or the environment. */
  readonly secret?: string;
}

/** What is used here of an entry of the keychain's library. */
export interface KeychainLibraryEntry {
  getPassword(): Promise<string | null | undefined>;
  setPassword(secret: string): Promise<void>;
  deleteCredential(): Promise<boolean>;
}

/** How often a call is made at most. */
const TRIES = 6;

/**
 * One call in a hundred to KWallet fails by chance: library and daemon agree on a session's key, and neither writes leading zeros, which the other
 * insists on (seen with kwalletd5 5.103; https://github.com/docker/secrets-engine/issues/649 is the same of another library). A new session
 * does. So it does where a daemon died over its answer, as gnome-keyring 42 may: the bus starts it anew. Whatever else fails is told at once: a
 * question that its user has closed must not come back.
 */
const BROKEN_SESSION = /public key size|can't find session|crypto error|utf-8|disconnected from message bus/i;

export interface KeychainResult {
  /** What was read; null: there is no such entry, or nothing was to be read. */
  readonly secret: string | null;
  /** Whether there was an entry to be removed. */
  readonly removed?: boolean;
}

/** What is asked of the keychain. `open`: the entry, in a new session. */
export async function operate(
  { operation, secret = '' }: Pick<KeychainRequest, 'operation' | 'secret'>,
  open: () => KeychainLibraryEntry,
): Promise<KeychainResult> {
  // KWallet that ended before it wrote its file has the entry's name without its text, and hands out an empty one. None is ever stored.
  const read = async () => (await repeated(async () => await open().getPassword())) || null;
  switch (operation) {
    case 'read':
      return { secret: await read() };
    case 'remove':
      return { secret: null, removed: await repeated(async () => await open().deleteCredential()) };
    case 'write': {
      for (let tries = 0; tries < TRIES; tries += 1) {
        await repeated(async () => await open().setPassword(secret));
        // What was sent in a broken session may have become something else on its way: "stored" means read back.
        if ((await read()) === secret) return { secret: null };
      }
      throw new Error('it did not keep what was stored');
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
