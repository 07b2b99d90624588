import { RequestError } from './errors.ts';

/**
 * A body as text. Throws a RequestError with the reason `TooLarge` beyond that many bytes, and lets go of the rest; what the network throws; and what
 * ends the request.
 */
export async function answerText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // SECURITY: who answers may be anybody, and may never end.
    if (size > limit) throw new RequestError(0, TOO_LARGE, '');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export const TOO_LARGE = 'TooLarge';
