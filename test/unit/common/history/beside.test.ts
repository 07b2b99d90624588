import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { neighbours } from '../../../../main/common/history/beside.ts';

const digest = (secret: string) => `digest of ${secret}`;
const sealing = { digest, known: new Set<string>() };

type Item = Readonly<Record<string, unknown>>;

const URL = 'http-api-uri';
const address = fc.constantFrom('https://a/', 'https://b/', 'https://u:pass@c/', null);
const item = fc.oneof(
  fc.record({ [URL]: address }),
  fc.record({ 'target-type': fc.constantFrom('http-api', 'slack') }),
  fc.nat(30).map((number) => ({ 'http-api-token': `abcdefghij${number}` })),
);
const other = fc.constantFrom<unknown>(null, 'text', [], {}, { [URL]: 'https://d/', 'target-type': 'syslog' });
const list = fc
  .tuple(fc.array(item, { maxLength: 8 }), fc.option(other, { freq: 6, nil: undefined }))
  .map(([items, odd]) => (odd === undefined ? items : [...items, odd]));
const map = fc.array(item, { maxLength: 4 }).map((items) => Object.assign({}, ...items) as Item);
const documents = fc.array(fc.record({ type: fc.constant('detections'), target: fc.oneof(list, map) }), { maxLength: 4 });

/** The URL that belongs to a key, by a search of its own for each. */
function urlOf(document: unknown, path: readonly (string | number)[]): unknown {
  const at = (steps: readonly (string | number)[]): unknown =>
    steps.reduce<unknown>((value, step) => (value as Item)[step as string], document);
  const own = at(path.slice(0, -1)) as Item;
  if (Object.hasOwn(own, URL)) return own[URL];
  const items = at(path.slice(0, -2));
  if (!Array.isArray(items)) return undefined;
  const isSpelt = items.every((one) => typeof one === 'object' && one !== null && Object.keys(one).length === 1);
  return isSpelt ? (items as Item[]).findLast((one) => Object.hasOwn(one, URL))?.[URL] : undefined;
}

describe('what a key is next to', () => {
  test('is the URL of its own map or, in a target of one-key maps, the last one of that target', () => {
    let inLists = 0;
    fc.assert(
      fc.property(documents, (document) => {
        const text = JSON.stringify(document);
        const read: unknown = parse(text);
        for (const { path, url } of neighbours(text, sealing)) {
          if (path?.at(-1) !== 'http-api-token') continue;
          const expected = urlOf(read, path);
          expect(url).toBe(typeof expected === 'string' ? expected : undefined);
          if (typeof path.at(-2) === 'number' && typeof expected === 'string') inLists += 1;
        }
      }),
    );
    expect(inLists).toBeGreaterThan(0);
  });

  test('differs with the URL and, for a value, with who refers to it', () => {
    const target = (url: string) => `- {type: detections, target: [{http-api-uri: '${url}'}, {http-api-token: abcdefghij1}]}\n`;
    const [one] = neighbours(target('https://a/'), sealing);
    const [other] = neighbours(target('https://b/'), sealing);
    expect(one?.digest).toBe(other?.digest);
    expect(one?.beside).not.toBe(other?.beside);

    const value = (field: string) =>
      `- val-k: abcdefghij1\n- {type: detections, target: {target-type: http-api, http-api-uri: 'https://a/', ${field}: val-k}}\n`;
    const [free] = neighbours(value('http-api-token'), sealing);
    const [referred] = neighbours(value('ref/http-api-token'), sealing);
    expect(free?.beside).not.toBe(referred?.beside);
  });
});
