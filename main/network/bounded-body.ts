/** Reads a body until it ends or has more than `limit` bytes; then its source is let go of, and `isWhole` is false. Throws what the source throws. */
export async function readBounded(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    // SECURITY: who sends may be anybody, may announce no length, and may never end.
    if (size > limit) break;
  }
  return { bytes: Buffer.concat(chunks), isWhole: size <= limit };
}
