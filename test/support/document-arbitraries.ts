// Generates documents in every known style, with the owner of each comment.

import fc from 'fast-check';
import type { Path, Value } from '../../main/common/yaml/value.ts';

export interface GeneratedDocument {
  readonly text: string;
  /** The data that must be read. */
  readonly value: readonly Value[];
  /** Every comment, with the path of its owner; null: it belongs to nothing (headers, separate comments). */
  readonly comments: ReadonlyMap<string, Path | null>;
  /** Paths of single values written in plain, single or double quotes, and the lists of words. */
  readonly scalars: readonly Path[];
}

interface Style {
  readonly step: number;
  readonly listStep: number;
  readonly dashWidth: number;
  readonly root: number;
  readonly eol: string;
  readonly bom: boolean;
  readonly lastBreak: boolean;
  readonly blanks: boolean;
  readonly header: boolean;
  /**
   * Columns at which the lines inside of brackets and quotes start, from the dash of the entries; undefined: they stay
   * on one line. A comment may then follow a bracket directly.
   */
  readonly broken?: number;
}

const style: fc.Arbitrary<Style> = fc.record({
  step: fc.constantFrom(2, 4),
  listStep: fc.constantFrom(0, 2, 4),
  dashWidth: fc.constantFrom(2, 2, 4),
  root: fc.constantFrom(0, 0, 2),
  eol: fc.constantFrom('\n', '\n', '\r\n'),
  bom: fc.boolean(),
  lastBreak: fc.boolean(),
  blanks: fc.boolean(),
  header: fc.boolean(),
});

export const word = fc
  .stringMatching(/^[a-z][a-z0-9_/.-]{0,8}[a-z0-9]$/)
  .filter((text) => !/^(?:y|n|on|off|no|yes|true|false|null|inf|nan|e[-0-9_]*)$/.test(text));

/** Text that reads as something else unless it is quoted, and text that can't be plain at all. */
export const awkward = fc.constantFrom(
  'yes',
  'No',
  'on',
  '0123',
  '1e3',
  '1_000',
  '12:30:45',
  '2020-01-01',
  'null',
  '~',
  '',
  ' x',
  'x ',
  '*a',
  '&a',
  '!a',
  '#a',
  'a #b',
  'a: b',
  'a:',
  '- a',
  '-',
  '?',
  '? a',
  '@a',
  '`a',
  '%a',
  '[a',
  '{a',
  'a]',
  'a, b',
  '"',
  "'",
  "it's",
  'say "x"',
  '|',
  '>',
  '=',
  '<<',
  '0x1F',
  '0o17',
  '.5',
  '-.inf',
  '1.',
  '+1',
  'é',
  '日本',
  '😀',
  '\u0085',
  '\u2028',
  '\t',
  'a\tb',
  'a\nb',
  '\n',
  '\u0000',
  '\u007f',
  '\ufeff',
  'a\\b',
  '---',
  '...',
  '--- a',
  'https://u@h/x?y=z#f',
  '^system:|^admin$',
  '10\\.(1|2)?\\d{1,2}',
  'true',
  'False',
  '1',
  '-1',
  '1.5e+3',
);

export const anyText = fc.oneof(word, awkward, fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 6 }));

interface Leaf {
  readonly written: string;
  readonly value: Value;
  readonly block?: true;
}

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  word.map((value) => ({ written: value, value })),
  word.map((value) => ({ written: `'${value}'`, value })),
  word.map((value) => ({ written: `"${value}"`, value })),
  fc.constantFrom(
    { written: "'a: #b'", value: 'a: #b' },
    { written: '"#\\"\\u00e9"', value: '#"é' },
    { written: "'it''s'", value: "it's" },
    // A marker shows where a quoted line may break.
    { written: "'one §two'", value: 'one §two' },
    { written: '"three §four"', value: 'three §four' },
    { written: 'https://api.coralogix.com/logs/v1/bulk', value: 'https://api.coralogix.com/logs/v1/bulk' },
    { written: '^system:|^admin$', value: '^system:|^admin$' },
  ),
  fc.nat(9999).map((value) => ({ written: String(value), value })),
  fc.boolean().map((value) => ({ written: String(value), value })),
);

interface MapModel {
  readonly kind: 'map';
  readonly flow: boolean;
  readonly fields: readonly (readonly [string, Model])[];
}
interface ListModel {
  readonly kind: 'list';
  readonly flow: boolean;
  readonly items: readonly Model[];
}
type Model = MapModel | ListModel | { readonly kind: 'leaf'; readonly leaf: Leaf };

const leafModel: fc.Arbitrary<Model> = leaf.map((value) => ({ kind: 'leaf', leaf: value }));

const fieldNames = [
  'http-api-uri',
  'http-api-token',
  'slack-uri',
  'rate-limit',
  'stopped',
  'aws-bucket',
  'ref/shared-key',
  'kafka-topic',
  'odd field',
];

function mapOf(names: readonly string[], least: number): fc.Arbitrary<MapModel> {
  return fc
    .tuple(
      fc.subarray([...names], { minLength: least }),
      fc.array(leafModel, { minLength: names.length, maxLength: names.length }),
      fc.boolean(),
    )
    .map(
      ([chosen, leaves, flow]): MapModel => ({
        kind: 'map',
        flow: flow && chosen.length < 4,
        fields: chosen.map((name, index) => [name, leaves[index] ?? { kind: 'leaf', leaf: { written: 'x', value: 'x' } }] as const),
      }),
    );
}

const word1 = (text: string): Model => ({ kind: 'leaf', leaf: { written: text, value: text } });

const target: fc.Arbitrary<Model> = fc.oneof(
  mapOf(fieldNames, 1).map((map): Model => ({ ...map, fields: [['target-type', word1('http-api')], ...map.fields] })),
  fc.array(mapOf(fieldNames, 1), { minLength: 1, maxLength: 3 }).map(
    (maps): Model => ({
      kind: 'list',
      flow: false,
      items: maps.map((map): Model => ({ ...map, fields: [['target-type', word1('slack')], ...map.fields] })),
    }),
  ),
  mapOf(fieldNames, 1).map(
    (map): Model => ({
      kind: 'list',
      flow: false,
      items: [['target-type', word1('aws-s3')] as const, ...map.fields].map(
        (field): Model => ({ kind: 'map', flow: false, fields: [field] }),
      ),
    }),
  ),
  fc.array(mapOf(fieldNames, 1), { minLength: 1, maxLength: 2 }).map(
    (maps): Model => ({
      kind: 'list',
      flow: false,
      items: maps.map((map): Model => ({ kind: 'list', flow: false, items: [word1('http-api'), map] })),
    }),
  ),
);

const filter: fc.Arbitrary<Model> = fc.oneof(
  fc.constant<Model>({ kind: 'map', flow: true, fields: [] }),
  fc.tuple(fc.array(leafModel, { minLength: 1, maxLength: 3 }), fc.boolean(), leafModel).map(
    ([items, flow, entity]): Model => ({
      kind: 'map',
      flow: false,
      fields: [
        ['etype', { kind: 'list', flow, items }],
        ['entity-match', entity],
      ],
    }),
  ),
);

const entry: fc.Arbitrary<Model> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(target, fc.option(filter), fc.option(leafModel), fc.constantFrom('detections', 'selections', 'activity')).map(
      ([to, what, name, type]): Model => ({
        kind: 'map',
        flow: false,
        fields: [
          ['type', word1(type)],
          ...(name === null ? [] : [['name', name] as const]),
          ['target', to],
          ...(what === null ? [] : [['data-filter', what] as const]),
        ],
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(word, leafModel).map(([name, value]): Model => ({ kind: 'map', flow: false, fields: [[`val-${name}`, value]] })),
  },
);

class Writer {
  readonly lines: string[] = [];
  readonly comments = new Map<string, Path | null>();
  readonly scalars: Path[] = [];
  private readonly style: Style;
  private readonly dice: () => number;

  constructor(chosen: Style, dice: () => number) {
    this.style = chosen;
    this.dice = dice;
  }

  private comment(owner: Path | null): string {
    const text = `# note ${this.comments.size} on it`;
    this.comments.set(text, owner);
    return text;
  }

  private above(column: number, owner: Path): void {
    if (this.dice() < 0.15) this.lines.push(' '.repeat(column) + this.comment(owner));
  }

  private behind(owner: Path, written = ''): string {
    if (this.dice() >= 0.15) return '';
    const blanks = this.style.broken !== undefined && /[\]}]$/.test(written) ? '' : '  ';
    return blanks + this.comment(owner);
  }

  /** Where a line ends that continues at its own column. */
  private gap(): string {
    const { broken, eol, root } = this.style;
    return broken === undefined ? '' : eol + ' '.repeat(root + broken);
  }

  inline(model: Model, path: Path): string {
    if (model.kind === 'leaf') {
      this.scalars.push(path);
      return this.style.broken === undefined ? model.leaf.written : model.leaf.written.replace(' §', `${this.gap()}§`);
    }
    const flowSafe = (text: string) => (/[,[\]{}]/.test(text) && !/^['"]/.test(text) ? `'${text}'` : text);
    const gap = this.gap();
    const brackets = (parts: readonly string[], open: string, close: string) =>
      parts.length === 0 ? open + close : `${open}${gap}${parts.join(gap === '' ? ', ' : `,${gap}`)}${gap}${close}`;
    if (model.kind === 'list') {
      const items = model.items.map((item, index) => flowSafe(this.inline(item, [...path, index])));
      return brackets(items, '[', ']');
    }
    return brackets(
      model.fields.map(([name, item]) => `${name}: ${flowSafe(this.inline(item, [...path, name]))}`),
      '{',
      '}',
    );
  }

  private isInline(model: Model): boolean {
    return model.kind === 'leaf' || model.flow || (model.kind === 'list' ? model.items.length === 0 : model.fields.length === 0);
  }

  /** Writes a collection at a column; `first` replaces the spaces before its first line. */
  block(model: MapModel | ListModel, column: number, path: Path, first?: string): void {
    const parts =
      model.kind === 'map'
        ? model.fields.map(([name, item]) => [name, item] as const)
        : model.items.map((item, index) => [index, item] as const);
    for (const [index, [step, item]] of parts.entries()) {
      const at = [...path, step];
      const lead = index === 0 && first !== undefined ? first : ' '.repeat(column);
      if (index > 0 || first === undefined) this.above(column, at);
      if (typeof step === 'string') this.pair(step, item, column, at, lead);
      else this.item(item, column, at, lead);
    }
  }

  private pair(name: string, item: Model, column: number, path: Path, lead: string): void {
    if (item.kind === 'leaf' || this.isInline(item)) {
      const written = this.inline(item, path);
      this.lines.push(`${lead}${name}: ${written}${this.behind(path, written)}`);
      return;
    }
    this.lines.push(`${lead}${name}:${this.behind(path)}`);
    this.block(item, column + (item.kind === 'list' ? this.style.listStep : this.style.step), path);
  }

  item(item: Model, column: number, path: Path, lead: string): void {
    const dash = `${lead}-${' '.repeat(this.style.dashWidth - 1)}`;
    if (item.kind === 'leaf' || this.isInline(item)) {
      const written = this.inline(item, path);
      this.lines.push(`${dash}${written}${this.behind(path, written)}`);
    } else this.block(item, column + this.style.dashWidth, path, dash);
  }

  entries(models: readonly Model[]): void {
    const { root, blanks, header } = this.style;
    if (header) this.lines.push(`${' '.repeat(root)}${this.comment(null)}`, '');
    for (const [index, model] of models.entries()) {
      if (blanks && index > 0) this.lines.push('');
      if (index > 0) this.above(root, [index]);
      this.item(model, root, [index], ' '.repeat(root));
    }
    if (blanks) this.lines.push('', this.comment(null));
  }

  text(): string {
    const { eol, bom, lastBreak } = this.style;
    return (bom ? '\ufeff' : '') + this.lines.join(eol) + (lastBreak ? eol : '');
  }
}

function dataOf(model: Model): Value {
  if (model.kind === 'leaf') return model.leaf.value;
  if (model.kind === 'list') return model.items.map(dataOf);
  return Object.fromEntries(model.fields.map(([name, item]) => [name, dataOf(item)]));
}

/** A small generator of numbers from 0 to 1 (mulberry32): one number decides where all the comments go. */
function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function documentIn(chosen: fc.Arbitrary<Style>): fc.Arbitrary<GeneratedDocument> {
  return fc.tuple(chosen, fc.array(entry, { minLength: 1, maxLength: 4 }), fc.nat()).map(([style, models, seed]) => {
    const writer = new Writer(style, diceOf(seed));
    writer.entries(models);
    return { text: writer.text(), value: models.map(dataOf), comments: writer.comments, scalars: writer.scalars };
  });
}

export const generatedDocument = documentIn(style);

/** Brackets and quotes continue at or before the column of their key: SnakeYAML reads them, stricter readers don't. */
export const irregularDocument = documentIn(
  fc.tuple(style, fc.constantFrom(0, 0, 1, 2)).map(([chosen, broken]) => ({ ...chosen, broken, bom: false })),
);

/** The text of an irregular document with its brackets and quotes on one line, for stricter readers. */
export function onOneLine(text: string): string {
  const regular = text.replaceAll(/ *\r?\n *§/g, ' §').replaceAll(/(?<=[\]}])# /g, ' # ');
  return regular.replaceAll(/([[{,]) *\r?\n */g, '$1 ').replaceAll(/ *\r?\n *(?=[\]}])/g, ' ');
}
