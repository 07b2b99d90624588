import { FIELDS } from '../reading/field-table.ts';
import { plainName } from '../reading/fields.ts';

// Repairs text pasted from a web page: an example without indentation, or a whole ConfigMap.

const names = (level: 'target' | 'filter') => new Set(FIELDS.filter((field) => field.level === level).map((field) => field.name));
const TARGET_FIELDS = names('target');
const FILTER_FIELDS = names('filter');
const ENTRY_FIELDS = new Set(['type', 'name', 'target', 'data-filter']);

/** UTF-16 units. The patterns below don't suit longer lines. */
const MAX_LINE = 4096;

const LINE = /^(?<dash>(?:-\s+)?)(?:(?<key>[A-Za-z][\w./-]*)\s*:(?=\s|$)(?<value>.*)|(?<item>.*))$/su;

/** Restores kAudit's indentation. null: already indented, or not an integration. */
export function repairPastedText(text: string): string | null {
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
  if (lines.some((line) => line.length > MAX_LINE)) return null;
  const body = bodyOf(lines);
  const filled = body.filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const indents = new Set(filled.map((line) => line.length - line.trimStart().length));
  const looksRight = filled.some((line) => /(?:^|\s)target-type\s*:/.test(line)) || filled.some((line) => /http-api-uri\s*:/.test(line));
  if (indents.size !== 1 || !looksRight) return null;

  const writer = new Writer();
  for (const line of body) if (!writer.add(straight(line.trim()))) return null;
  return `${writer.lines.join('\n').trimEnd()}\n`;
}

function bodyOf(lines: readonly string[]): readonly string[] {
  const key = lines.findIndex((line) => /^\s*audit-integration:\s*(?:[|>][-+\d]*)?$/.test(line));
  return lines.slice(key + 1);
}

function straight(line: string): string {
  return line.replace(/(?<=^-?\s*|:\s*)[“”„‟](.*)[“”„‟]$/u, '"$1"').replace(/(?<=^-?\s*|:\s*)[‘’](.*)[‘’]$/u, "'$1'");
}

type Section = 'none' | 'entry' | 'target' | 'filter';

class Writer {
  readonly lines: string[] = [];
  private section: Section = 'none';
  private seen = new Set<string>();
  private items = false;

  add(line: string): boolean {
    if (line === '' || line.startsWith('#')) {
      this.lines.push(line);
      return true;
    }
    const { dash = '', key, value = '', item = '' } = LINE.exec(line)?.groups ?? {};
    if (key === undefined) return this.addItem(dash !== '', item);
    if (key.startsWith('val-')) return this.addNamedValue(key, value);
    if (ENTRY_FIELDS.has(key)) return this.addEntryField(dash !== '', key, value);
    return this.addField(dash !== '', key, value);
  }

  private addItem(dash: boolean, item: string): boolean {
    if (!dash || this.section !== 'filter') return false;
    this.lines.push(`      - ${item}`);
    return true;
  }

  private addNamedValue(key: string, value: string): boolean {
    this.lines.push(`- ${key}:${value}`);
    this.section = 'none';
    return true;
  }

  private addEntryField(dash: boolean, key: string, value: string): boolean {
    const fresh = dash || this.section === 'none' || this.seen.has(key);
    if (fresh) this.seen = new Set();
    this.seen.add(key);
    this.lines.push(`${fresh ? '- ' : '  '}${key}:${value}`);
    this.section = key === 'target' ? 'target' : key === 'data-filter' ? 'filter' : 'entry';
    if (key === 'target') this.items = false;
    return true;
  }

  private addField(dash: boolean, key: string, value: string): boolean {
    const plain = plainName(key);
    if (this.section === 'none') return false;
    if (this.section === 'target' && FILTER_FIELDS.has(plain) && !TARGET_FIELDS.has(plain)) return false;
    if (this.section === 'target') {
      if (dash) this.items = true;
      this.lines.push(`    ${dash ? '- ' : this.items ? '  ' : ''}${key}:${value}`);
      return true;
    }
    // `stopped` and `rate-limit` after the filter belong to the entry.
    const own = this.section === 'filter' && !TARGET_FIELDS.has(plain);
    if (dash) return false;
    this.lines.push(`${own ? '    ' : '  '}${key}:${value}`);
    return true;
  }
}

/** The text inside a pasted, indented ConfigMap; null: not one. */
export function textOfManifest(text: string): string | null {
  const lines = text.split(/\r?\n/);
  const key = lines.findIndex((line) => /^\s+audit-integration:\s*\|[-+]?\d?[-+]?\s*$/.test(line));
  if (key < 0 || !lines.slice(0, key).some((line) => /^\s*kind:\s*ConfigMap\s*$/.test(line))) return null;
  const depth = indentOf(lines[key] ?? '');
  const rest = lines.slice(key + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && indentOf(line) <= depth);
  const inside = end < 0 ? rest : rest.slice(0, end);
  const least = Math.min(...inside.filter((line) => line.trim() !== '').map(indentOf));
  if (!Number.isFinite(least)) return null;
  return `${inside
    .map((line) => line.slice(least))
    .join('\n')
    .trimEnd()}\n`;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
