/** Beyond `limit` bytes it drops the source, and `isWhole` is false. Throws the source's errors. */
export async function readBounded(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    // SECURITY: any sender may omit the length and never end.
    if (size > limit) break;
  }
  return { bytes: Buffer.concat(chunks), isWhole: size <= limit };
}
