import fc from 'fast-check';
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { diffDocuments, editDocument, mergeDocuments, readDocument } from '../../../../main/common/integration/document.ts';
import { secretScalars } from '../../../../main/common/integration/secrets/secret-scan.ts';
import { isSecretName } from '../../../../main/common/integration/secrets/secret-words.ts';
import type { DocumentEdit, Path, Value } from '../../../../main/common/yaml/value.ts';
import {
  anyText,
  type GeneratedDocument,
  generatedDocument,
  irregularDocument,
  onOneLine,
  word,
} from '../../../support/document-arbitraries.ts';

// 200 cases of each property, 2,000 in the full run, 10,000 with KAUDIT_SLOW=1. KAUDIT_SEED repeats a run.
const environment = (globalThis as unknown as { process: { env: Record<string, string | undefined> } }).process.env;
const numRuns = Number(
  environment['KAUDIT_RUNS'] ?? (environment['KAUDIT_SLOW'] === '1' ? 10_000 : environment['KAUDIT_FULL_RUN'] === '1' ? 2_000 : 120),
);
const seed = Number(environment['KAUDIT_SEED'] ?? Date.now() % 2 ** 31);
const TIMEOUT = numRuns > 500 ? 1_800_000 : 60_000;

const check = <T extends unknown[]>(property: fc.IProperty<T>) => fc.assert(property, { numRuns, seed });

afterAll(() => console.info(`document properties: ${numRuns} cases each, seed ${seed}`));

function at(value: Value | undefined, path: Path): Value | undefined {
  return path.reduce<Value | undefined>((inner, step) => (inner as Record<string | number, Value> | null | undefined)?.[step], value);
}

function edited(text: string, ...edits: DocumentEdit[]): string {
  const result = editDocument(text, edits);
  if (!result.ok) throw new Error(`${result.reason}\n${JSON.stringify(edits)}\n${text}`);
  return result.text;
}

const core = (text: string) => load(text, { schema: CORE_SCHEMA, json: true });

function isLoadable(text: string): boolean {
  try {
    core(text);
    return true;
  } catch {
    return false;
  }
}

/** The other YAML package. It counts a byte order mark as a column, so that is removed. */
const other = (text: string, version: '1.1' | '1.2' = '1.2') => parse(text.replace(/^\ufeff/, ''), { version, uniqueKeys: false }) as Value;

/** A document and one of its scalars. */
const documentAndScalar = fc
  .tuple(generatedDocument, fc.nat())
  .filter(([document]) => document.scalars.length > 0)
  .map(([document, pick]) => ({ document, path: document.scalars[pick % document.scalars.length] ?? [] }));

function commentsIn(text: string, document: GeneratedDocument): string[] {
  return [...document.comments.keys()].filter((comment) => text.includes(comment));
}

const isWithin = (owner: Path | null | undefined, path: Path) => Array.isArray(owner) && path.every((step, index) => owner[index] === step);

describe('generated documents', () => {
  it(
    'read as the data that they were made from',
    () => {
      check(
        fc.property(generatedDocument, (document) => {
          expect(core(document.text)).toEqual(document.value);
          const reading = readDocument(document.text);
          expect(reading.state).toBe('ready');
          expect(reading.integrations.length + reading.values.length).toBe(document.value.length);
        }),
      );
    },
    TIMEOUT,
  );
});

describe('setting a value', () => {
  it(
    'changes only the characters of that value',
    () => {
      check(
        fc.property(documentAndScalar, anyText, ({ document, path }, value) => {
          const after = edited(document.text, { op: 'set', path, value });
          // The other YAML package gives its place.
          const mark = document.text.startsWith('\ufeff') ? 1 : 0;
          const node = parseDocument(document.text.slice(mark)).getIn(path as Path[number][], true) as { range: [number, number, number] };
          const [start, end] = [node.range[0] + mark, node.range[1] + mark];
          expect(after.slice(0, start)).toBe(document.text.slice(0, start));
          expect(after.slice(after.length - (document.text.length - end))).toBe(document.text.slice(end));
          expect(at(core(after) as Value, path)).toBe(value);
        }),
      );
    },
    TIMEOUT,
  );

  it(
    'reads back as the same text in YAML 1.1 and 1.2, in two packages',
    () => {
      check(
        fc.property(documentAndScalar, anyText, ({ document, path }, value) => {
          const after = edited(document.text, { op: 'set', path, value });
          expect(at(other(after, '1.1'), path)).toBe(value);
          expect(at(other(after), path)).toBe(value);
          expect(at(load(after, { schema: YAML11_SCHEMA }) as Value, path)).toBe(value);
        }),
      );
    },
    TIMEOUT,
  );

  it(
    'and setting it back restores the original bytes',
    () => {
      check(
        fc.property(documentAndScalar, word, ({ document, path }, value) => {
          const old = at(document.value as Value, path) ?? null;
          fc.pre(typeof old === 'string');
          const there = edited(document.text, { op: 'set', path, value });
          const back = edited(there, { op: 'set', path, value: old });
          // Text that needs no escape sequence comes back as written.
          fc.pre(!document.text.includes('\\u'));
          expect(back).toBe(document.text);
        }),
      );
    },
    TIMEOUT,
  );

  it(
    'that it already has changes nothing',
    () => {
      check(
        fc.property(documentAndScalar, ({ document, path }) => {
          for (let length = 1; length <= path.length; length++) {
            const value = at(document.value as Value, path.slice(0, length)) ?? null;
            expect(edited(document.text, { op: 'set', path: path.slice(0, length), value })).toBe(document.text);
          }
        }),
      );
    },
    TIMEOUT,
  );

  it(
    'of a list or map keeps every comment of what stays in it',
    () => {
      check(
        fc.property(documentAndScalar, anyText, ({ document, path }, added) => {
          const holder = path.slice(0, -1);
          const old = at(document.value as Value, holder);
          const value: Value = Array.isArray(old) ? [...old, added] : { ...(old as { [name: string]: Value }), 'new-field': added };
          const after = edited(document.text, { op: 'set', path: holder, value });
          expect(commentsIn(after, document)).toEqual([...document.comments.keys()]);
          expect(at(core(after) as Value, holder)).toEqual(value);
        }),
      );
    },
    TIMEOUT,
  );

  it(
    'of a new field, and removing it, restores the original bytes',
    () => {
      check(
        fc.property(
          documentAndScalar,
          fc.oneof(anyText, fc.array(word, { minLength: 1 }), fc.dictionary(word, word, { minKeys: 1 })),
          ({ document, path }, value) => {
            const holder = path.slice(0, -1);
            fc.pre(!Array.isArray(at(document.value as Value, holder)));
            const field = [...holder, 'new-field'];
            const there = edited(document.text, { op: 'set', path: field, value });
            expect(at(core(there) as Value, field)).toEqual(value);
            expect(edited(there, { op: 'remove', path: field })).toBe(document.text);
          },
        ),
      );
    },
    TIMEOUT,
  );

  it(
    'in a data-filter that is missing or empty creates the data-filter',
    () => {
      check(
        fc.property(generatedDocument, fc.nat(), word, (document, pick, value) => {
          const index = pick % document.value.length;
          const entry = document.value[index] as { [name: string]: Value };
          fc.pre(entry['data-filter'] === undefined || JSON.stringify(entry['data-filter']) === '{}');
          const after = edited(document.text, { op: 'set', path: [index, 'data-filter', 'etype'], value: [value] });
          expect(at(core(after) as Value, [index, 'data-filter'])).toEqual({ etype: [value] });
          expect(commentsIn(after, document)).toEqual([...document.comments.keys()]);
          const back = edited(
            after,
            entry['data-filter'] === undefined
              ? { op: 'remove', path: [index, 'data-filter'] }
              : { op: 'remove', path: [index, 'data-filter', 'etype'] },
          );
          expect(back).toBe(document.text);
        }),
      );
    },
    TIMEOUT,
  );
});

describe('brackets and quotes in the column of their key', () => {
  const at2 = (text: string) => core(onOneLine(text)) as Value;
  const documentAndPlace = fc
    .tuple(irregularDocument, fc.nat())
    .filter(([document]) => document.scalars.length > 0)
    .map(([document, pick]) => ({ document, path: document.scalars[pick % document.scalars.length] ?? [] }));

  it(
    'read as the data that they were made from, and setting a value changes only that value',
    () => {
      check(
        fc.property(documentAndPlace, word, ({ document, path }, value) => {
          expect(readDocument(document.text).state).toBe('ready');
          expect(at2(document.text)).toEqual(document.value);
          const after = edited(document.text, { op: 'set', path, value });
          const old = at(document.value as Value, path) ?? null;
          expect(at(at2(after), path)).toBe(value);
          expect(commentsIn(after, document).length).toBe(document.comments.size);
          const quoted = /\\u|''|§/.test(document.text);
          if (typeof old === 'string' && !quoted) expect(edited(after, { op: 'set', path, value: old })).toBe(document.text);
        }),
      );
    },
    TIMEOUT,
  );

  it(
    'get their bytes back when an added, inserted or moved part is undone',
    () => {
      check(
        fc.property(documentAndPlace, word, fc.nat(), ({ document, path }, value, pick) => {
          const holder = path.slice(0, -1);
          if (!Array.isArray(at(document.value as Value, holder))) {
            const field = [...holder, 'new-field'];
            const there = edited(document.text, { op: 'set', path: field, value });
            expect(at(at2(there), field)).toBe(value);
            expect(edited(there, { op: 'remove', path: field })).toBe(document.text);
          }
          const count = document.value.length;
          const [from, to, index] = [pick % count, (pick >> 3) % count, pick % (count + 1)];
          const inserted = edited(document.text, { op: 'insert', index, value: { type: value } });
          expect(edited(inserted, { op: 'remove', path: [index] })).toBe(document.text);
          const moved = edited(document.text, { op: 'move', from, to });
          const expected = [...document.value];
          expected.splice(to, 0, ...expected.splice(from, 1));
          expect(at2(moved)).toEqual(expected);
          expect(edited(moved, { op: 'move', from: to, to: from })).toBe(document.text);
        }),
      );
    },
    TIMEOUT,
  );

  it(
    'keep the changes of both sides of a merge',
    () => {
      check(
        fc.property(documentAndPlace, word, word, ({ document, path }, name, value) => {
          const mine = edited(document.text, { op: 'set', path, value });
          const theirs = edited(document.text, {
            op: 'insert',
            index: document.value.length,
            value: { type: name, target: { [name]: value } },
          });
          const merged = mergeDocuments(document.text, mine, theirs);
          if (!merged.ok) {
            expect(merged.conflicts.length).toBeGreaterThan(0);
            return;
          }
          expect(at(at2(merged.text), path)).toBe(value);
          expect((at2(merged.text) as Value[]).length).toBe(document.value.length + 1);
        }),
      );
    },
    TIMEOUT,
  );
});

describe('removing', () => {
  it(
    'removes a value with its own comments, and no comment of anything else',
    () => {
      check(
        fc.property(documentAndScalar, fc.nat(), ({ document, path }, pick) => {
          const removed = path.slice(0, 1 + (pick % path.length));
          const after = edited(document.text, { op: 'remove', path: removed });
          const left = [...document.comments].filter(([, owner]) => !isWithin(owner, removed)).map(([comment]) => comment);
          expect(commentsIn(after, document)).toEqual(left);
          // What remains are lines of the original, except a line whose collection is now empty, or what moved up after
          // a dash.
          const old = document.text.split(/\r?\n/);
          const foreign = after.split(/\r?\n/).filter((line) => !old.includes(line));
          expect(foreign.length).toBeLessThanOrEqual(1);
          expect(after.startsWith('\ufeff')).toBe(document.text.startsWith('\ufeff'));
          if (document.value.length > 1) expect(/\n$/.test(after)).toBe(/\n$/.test(document.text));
        }),
      );
    },
    TIMEOUT,
  );
});

describe('entries', () => {
  const value = fc.record({
    type: word,
    target: fc.dictionary(word, anyText, { minKeys: 1, maxKeys: 4 }),
    'data-filter': fc.dictionary(word, fc.array(fc.nat(9)), { maxKeys: 2 }),
  });

  it(
    'that are inserted and removed leave the original bytes',
    () => {
      check(
        fc.property(generatedDocument, value, fc.nat(), (document, entry, pick) => {
          const index = pick % (document.value.length + 1);
          const there = edited(document.text, { op: 'insert', index, value: entry });
          const expected = [...document.value];
          expected.splice(index, 0, entry as Value);
          expect(core(there)).toEqual(expected);
          expect(edited(there, { op: 'remove', path: [index] })).toBe(document.text);
        }),
      );
    },
    TIMEOUT,
  );

  it(
    'that are moved and moved back leave the original bytes',
    () => {
      check(
        fc.property(generatedDocument, fc.nat(), fc.nat(), (document, one, other) => {
          const [from, to] = [one % document.value.length, other % document.value.length];
          const there = edited(document.text, { op: 'move', from, to });
          const expected = [...document.value];
          expected.splice(to, 0, ...expected.splice(from, 1));
          expect(core(there)).toEqual(expected);
          expect(commentsIn(there, document).length).toBe(document.comments.size);
          expect(edited(there, { op: 'move', from: to, to: from })).toBe(document.text);
        }),
      );
    },
    TIMEOUT,
  );
});

describe('merging', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(9), anyText), { maxLength: 3 });

  /** Some edits that are valid wherever they land. */
  function changed(document: GeneratedDocument, list: readonly (readonly [number, number, string])[]): string {
    return list.reduce((text, [pick, kind, value]) => {
      const count = (other(text) as Value[] | null)?.length ?? 0;
      const path = document.scalars[pick % Math.max(1, document.scalars.length)] ?? [0];
      const edit: DocumentEdit =
        kind < 5
          ? { op: 'set', path, value }
          : kind < 6
            ? { op: 'remove', path }
            : kind < 7
              ? { op: 'insert', index: pick % (count + 1), value: { type: value, target: { 'target-type': 'slack' } } }
              : kind < 8
                ? { op: 'move', from: pick % Math.max(1, count), to: 0 }
                : { op: 'remove', path: [pick % Math.max(1, count)] };
      const result = editDocument(text, [edit]);
      const commented = kind === 9 ? `# remark ${value.replace(/[^a-z]/g, '')}\n${text.replace(/^\ufeff/, '')}` : undefined;
      return commented ?? (result.ok ? result.text : text);
    }, document.text);
  }

  const three = fc
    .tuple(generatedDocument, changes, changes)
    .map(([document, mine, theirs]) => ({ base: document.text, mine: changed(document, mine), theirs: changed(document, theirs) }));

  it(
    'follows the rules: an untouched part comes from the other side, and the sides are symmetric',
    () => {
      check(
        fc.property(three, ({ base, mine, theirs }) => {
          expect(mergeDocuments(base, base, theirs)).toEqual({ ok: true, text: theirs });
          expect(mergeDocuments(base, mine, base)).toEqual({ ok: true, text: mine });
          expect(mergeDocuments(base, mine, mine)).toEqual({ ok: true, text: mine });
          const [one, other] = [mergeDocuments(base, mine, theirs), mergeDocuments(base, theirs, mine)];
          if (one.ok) expect(other).toEqual(one);
          else {
            const sorted = (conflicts: readonly { readonly path: Path }[]) =>
              [...conflicts].sort((a, b) => JSON.stringify(a.path).localeCompare(JSON.stringify(b.path)));
            const swapped = one.conflicts.map((conflict) => ({
              path: conflict.path,
              base: conflict.base,
              mine: conflict.theirs,
              theirs: conflict.mine,
            }));
            expect(other.ok ? [] : sorted(other.conflicts)).toEqual(sorted(swapped));
          }
        }),
      );
    },
    TIMEOUT,
  );

  it(
    'takes changes of different fields from both sides',
    () => {
      check(
        fc.property(generatedDocument, fc.nat(), fc.nat(), anyText, anyText, (document, a, b, one, other) => {
          const { scalars } = document;
          fc.pre(scalars.length > 1);
          const [first, second] = [scalars[a % scalars.length] ?? [], scalars[b % scalars.length] ?? []];
          // A list of words is one value. An entry with hardly anything else isn't recognised after it changes.
          const isField = (path: Path) =>
            typeof path.at(-1) === 'string' && path.length <= 3 && path[1] !== 'data-filter' && !String(path[1]).startsWith('val-');
          fc.pre(first !== second && isField(first) && isField(second));
          // A key and its destination belong together.
          const isKey = (path: Path) => isSecretName(String(path.at(-1)));
          fc.pre(first[0] !== second[0] || !(isKey(first) || isKey(second)));
          fc.pre(
            Object.keys(document.value[Number(first[0])] as object).length > 2 &&
              Object.keys(document.value[Number(second[0])] as object).length > 2,
          );
          const mine = edited(document.text, { op: 'set', path: first, value: one });
          const theirs = edited(document.text, { op: 'set', path: second, value: other });
          const merged = mergeDocuments(document.text, mine, theirs);
          if (!merged.ok)
            throw new Error(`${JSON.stringify(merged.conflicts)}\n${JSON.stringify([first, one, second, other])}\n${document.text}`);
          expect(at(core(merged.text) as Value, first)).toBe(one);
          expect(at(core(merged.text) as Value, second)).toBe(other);
          expect(commentsIn(merged.text, document).length).toBe(document.comments.size);
        }),
      );
    },
    TIMEOUT,
  );
});

describe('any text', () => {
  const bytes = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          '-',
          ' ',
          ':',
          '\n',
          '  ',
          'a',
          '"',
          "'",
          '#',
          '[',
          ']',
          '{',
          '}',
          ',',
          '&a',
          '*a',
          '|',
          '>',
          '\t',
          '\r',
          '<<',
          '?',
          '!!str',
          '---',
          'type: x',
          'target:',
          'http-api-token: ',
        ),
        { maxLength: 40 },
      )
      .map((parts) => parts.join('')),
    fc
      .tuple(generatedDocument, fc.nat(), fc.nat(), fc.string({ unit: 'binary', maxLength: 5 }))
      .map(([{ text }, from, length, put]) => text.slice(0, from % text.length) + put + text.slice((from % text.length) + (length % 20))),
  );
  const anyPath = fc.array(fc.oneof(fc.nat(4), fc.constantFrom('type', 'target', 'a', '<<', '__proto__', 'data-filter')), { maxLength: 4 });
  const anyEdit: fc.Arbitrary<DocumentEdit> = fc.oneof(
    fc.record({ op: fc.constant('set' as const), path: anyPath, value: fc.jsonValue() as fc.Arbitrary<Value> }),
    fc.record({ op: fc.constant('remove' as const), path: anyPath }),
    fc.record({ op: fc.constant('insert' as const), index: fc.integer({ min: -1, max: 5 }), value: fc.jsonValue() as fc.Arbitrary<Value> }),
    fc.record({ op: fc.constant('move' as const), from: fc.integer({ min: -1, max: 5 }), to: fc.integer({ min: -1, max: 5 }) }),
  );

  it(
    'can be read, edited, merged, compared and masked without an exception',
    () => {
      check(
        fc.property(bytes, bytes, bytes, fc.array(anyEdit, { maxLength: 3 }), (text, other, third, edits) => {
          expect(['ready', 'empty', 'invalid']).toContain(readDocument(text).state);
          const result = editDocument(text, edits);
          expect(result.ok ? typeof result.text : result.reason).not.toBe('');
          mergeDocuments(text, other, third);
          diffDocuments(text, other);
          const secrets = secretScalars(text);
          for (const [index, secret] of secrets.entries()) {
            expect(secret.start).toBeLessThan(secret.end);
            expect(secret.start).toBeGreaterThanOrEqual(secrets[index - 1]?.end ?? 0);
            expect(secret.end).toBeLessThanOrEqual(text.length);
          }
        }),
      );
    },
    TIMEOUT,
  );

  it(
    'that is edited means exactly what the edits say, in both packages',
    () => {
      check(
        fc.property(bytes, anyPath, fc.jsonValue() as fc.Arbitrary<Value>, (text, path, value) => {
          const result = editDocument(text, [{ op: 'set', path, value }]);
          fc.pre(result.ok && result.text !== text);
          // A collection as a key, or an unknown tag, is data that only one of the two can hold. The other package
          // doesn't end a line at a lone CR either.
          fc.pre(result.ok && isLoadable(result.text) && !/\r(?!\n)/.test(result.text));
          if (result.ok)
            expect(JSON.stringify(at(other(result.text), path) ?? null)).toBe(JSON.stringify(at(core(result.text) as Value, path) ?? null));
        }),
      );
    },
    TIMEOUT,
  );
});
