import { readBounded } from '../network/bounded-body.ts';
import { RequestError } from './errors.ts';

/** Throws a RequestError (`TooLarge`) beyond `limit` bytes. */
export async function responseText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const { bytes, isWhole } = await readBounded(body, limit);
  if (!isWhole) throw new RequestError(0, TOO_LARGE, '');
  return bytes.toString('utf8');
}

export const TOO_LARGE = 'TooLarge';
