import { expect, it } from 'vitest';
import { readBounded } from '../../../main/network/bounded-body.ts';

/** `sizes.length` chunks. `log` says how many were taken, and whether the reader released the source. */
async function* chunks(sizes: readonly number[], log: { taken: number; released: boolean }): AsyncGenerator<Uint8Array> {
  try {
    for (const size of sizes) {
      log.taken += 1;
      yield new Uint8Array(size).fill(97);
    }
  } finally {
    log.released = true;
  }
}

it.each([
  { sizes: [], length: 0, isWhole: true },
  { sizes: [4, 6], length: 10, isWhole: true },
  { sizes: [10, 0], length: 10, isWhole: true },
  { sizes: [4, 7], length: 11, isWhole: false },
])('a bounded read accepts a body of $sizes bytes up to a limit of 10', async ({ sizes, length, isWhole }) => {
  const found = await readBounded(chunks(sizes, { taken: 0, released: false }), 10);
  expect({ text: found.bytes.toString(), isWhole: found.isWhole }).toEqual({ text: 'a'.repeat(length), isWhole });
});

it('a bounded read releases a body that is too large, and reads no further', async () => {
  const log = { taken: 0, released: false };
  await readBounded(chunks([6, 6, 6, 6], log), 10);
  expect(log).toEqual({ taken: 2, released: true });
});

it('a bounded read throws what the source throws', async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1);
    throw new Error('cut off');
  };
  await expect(readBounded(broken(), 10)).rejects.toThrow('cut off');
});
