import {
  boolYaml11Tag,
  defineScalarTag,
  FAILSAFE_SCHEMA,
  floatYaml11Tag,
  intYaml11Tag,
  load,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  YAMLException,
} from 'js-yaml';
import { indentFlow } from './flow-indentation.ts';
import * as strings from './strings.ts';

// Reads a kubeconfig as kubectl does: go-yaml's YAML 1.1, the first document only, in UTF-8 or UTF-16.

export interface KubeconfigDocument {
  readonly value: Readonly<Record<string, unknown>>;
  readonly problem: string | undefined;
}

const MAX_ALIASES = 10_000;

// go-yaml drops underscores from numbers, knows Go's `0o`, and reads neither sexagesimals nor timestamps.
const INTEGER = /^[-+]?(0[bB][01]+|0[oO]?[0-7]+|0[xX][0-9a-fA-F]+|0|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const ENDLESS = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;

/** Only a plugin's `config` uses the value: elsewhere a number is a type error. */
function number(source: string): number | typeof NOT_RESOLVED {
  const plain = source.startsWith('.') ? source : source.replaceAll('_', '');
  if (source.startsWith('_')) return NOT_RESOLVED;
  if (ENDLESS.test(source)) return Number.NaN;
  if (!INTEGER.test(plain)) return FLOAT.test(plain) ? Number(plain) : NOT_RESOLVED;
  const digits = plain.replace(/^[-+]/, '').replace(/^0(?=[0-7])/, '0o');
  return plain.startsWith('-') ? -Number(digits) : Number(digits);
}

const numberTag = (tag: typeof intYaml11Tag) => defineScalarTag(tag.tagName, { ...tag, resolve: number });
const binaryTag = defineScalarTag('tag:yaml.org,2002:binary', {
  resolve: (source) => Buffer.from(source, 'base64').toString('utf8'),
  identify: () => false,
});
const SCHEMA = FAILSAFE_SCHEMA.withTags(
  nullYaml11Tag,
  boolYaml11Tag,
  numberTag(intYaml11Tag),
  numberTag(floatYaml11Tag),
  mergeTag,
  binaryTag,
);

/** The document, or why it is missing. SECURITY: never quotes the text, which may be a token. */
export function readDocument(bytes: Uint8Array): KubeconfigDocument | string {
  const source = decode(bytes);
  if (source === undefined) return strings.isntUtf8TextSave;
  const { first, more } = firstDocument(source);
  if (isEmpty(first.replace(/^---/m, ''))) return { value: {}, problem: undefined };
  const value = read(first);
  if (typeof value === 'string') return value;
  return { value, problem: more ? strings.fileHoldsSeveralYamlDocuments : undefined };
}

/** As go-yaml: by the byte order mark, else UTF-8. undefined: neither. */
function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function firstDocument(source: string): { readonly first: string; readonly more: boolean } {
  let begun = false;
  let from = 0;
  for (const { 0: marker, index } of source.matchAll(/^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm)) {
    begun ||= !isEmpty(source.slice(from, index));
    from = index + marker.length;
    if (begun || marker === '...')
      return { first: source.slice(0, index), more: !isEmpty(source.slice(from).replace(/^(---|\.\.\.)/gm, '')) };
    begun = true;
  }
  return { first: source, more: false };
}

function isEmpty(text: string): boolean {
  return text.split(/[\r\n]/).every((line) => /^\s*([#%]|$)/.test(line));
}

function read(source: string): Record<string, unknown> | string {
  // kubectl, too, takes the last of duplicate keys. SECURITY: js-yaml bounds the depth, and aliases cost nothing; the
  // yaml package takes minutes for 500 nested lists.
  const options = { json: true, maxAliases: MAX_ALIASES, schema: SCHEMA };
  let value: unknown;
  try {
    value = load(source, options);
  } catch (error) {
    try {
      // kubectl accepts brackets and quoted lines at any column.
      value = load(indentFlow(source), options);
    } catch {
      const { line, column } = (error instanceof YAMLException ? error.mark : undefined) ?? { line: -1, column: 0 };
      const where = line < 0 ? '' : strings.atLine(line + 1, column + 1);
      return strings.isntValidYamlCorrectThere(where);
    }
  }
  value ??= {};
  if (typeof value !== 'object' || Array.isArray(value)) return strings.isntKubeconfigShouldHaveClusters;
  return value as Record<string, unknown>;
}
