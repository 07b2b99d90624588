import { readBounded } from '../network/bounded-body.ts';
import { RequestError } from './errors.ts';

/**
 * A body as text. Throws a RequestError with the reason `TooLarge` beyond that many bytes, and lets go of the rest; what the network throws; and what
 * ends the request.
 */
export async function answerText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const { bytes, isWhole } = await readBounded(body, limit);
  if (!isWhole) throw new RequestError(0, TOO_LARGE, '');
  return bytes.toString('utf8');
}

export const TOO_LARGE = 'TooLarge';
