// A change to export instead of applying it. Made from masked text only.

import { placeWordsIn } from '../integration/place-words.ts';
import { INTEGRATION_KEY } from '../integration/reading/integration.ts';
import type { ConfigMapRef } from '../reference.ts';
import type { Path } from '../yaml/value.ts';
import * as strings from './strings.ts';

/** A merge patch, a command that sends it, or values for the chart. */
export const EXPORT_FORMS = ['patch', 'kubectl', 'values'] as const;
export type ExportForm = (typeof EXPORT_FORMS)[number];

export interface ExportedChange {
  readonly outcome: 'exported';
  readonly text: string;
  /** The placeholder of each key and its place. References stay. */
  readonly placeholders: readonly { readonly placeholder: string; readonly words: string }[];
}

export interface ChangeToExport {
  readonly ref: ConfigMapRef;
  /** The whole text after the change, masked. */
  readonly text: string;
  readonly secrets: readonly { readonly path: Path; readonly mask: string; readonly fingerprint: string; readonly preset?: string }[];
  /** The text moves out of `binaryData`, where its key must not stay. */
  readonly moved?: boolean;
  presetName(id: string): string | undefined;
}

export function exportedChange(change: ChangeToExport, form: ExportForm): ExportedChange {
  const { ref, secrets } = change;
  const wordsOf = placeWordsIn(change.text);
  const placeholders = secrets.map(({ path, fingerprint, preset }) => {
    const name = preset === undefined ? undefined : change.presetName(preset);
    const key = name === undefined ? strings.keyThatsThereNowOne : strings.keyPreset(name);
    const where = path.length === 0 ? strings.aComment : wordsOf(path);
    return { placeholder: `<key-${fingerprint}>`, words: oneLine(`${where}: ${key}`) };
  });
  const byMask = new Map(secrets.map(({ mask }, index) => [mask, placeholders[index]?.placeholder ?? '<key>']));
  // Masks are letters, digits and hyphens. The longest comes first, because it may start with another one.
  const masks = [...byMask.keys()].sort((one, other) => other.length - one.length).join('|');
  const text = masks === '' ? change.text : change.text.replaceAll(new RegExp(masks, 'g'), (mask) => byMask.get(mask) ?? mask);
  const head = [
    oneLine(strings.changeMadeKAuditTray(ref.namespace, ref.name)),
    ...(placeholders.length === 0 ? [] : [strings.replacePlaceholdersKeysFirst]),
    ...placeholders.map(({ placeholder, words }) => `  ${placeholder}  ${words}`),
  ];
  return { outcome: 'exported', text: formed(change, text, form, head.map((line) => `# ${line}\n`).join('')), placeholders };
}

function formed({ ref: { context, namespace, name }, moved }: ChangeToExport, text: string, form: ExportForm, head: string): string {
  if (form === 'values') return `${head}kauditIntegrationsFile: ${yamlText(text, 2)}`;
  const patch = `data:\n  ${INTEGRATION_KEY}: ${yamlText(text, 4)}${moved === true ? `binaryData:\n  ${INTEGRATION_KEY}: null\n` : ''}`;
  if (form === 'patch') return `${head}${patch}`;
  // SECURITY: no line of the document may end the text and run as a command.
  let end = 'END';
  while (patch.split('\n').includes(end)) end += '_';
  const where = [context, namespace, name].map(quoted);
  return `${head}kubectl --context ${where[0]} --namespace ${where[1]} patch configmap ${where[2]} --type merge --patch-file /dev/stdin <<'${end}'\n${patch}${end}\n`;
}

/** Text as a YAML value at that indentation, with a final line break. */
function yamlText(text: string, indentation: number): string {
  const plain = text.trim() !== '' && /^[\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/.test(text) && !/[\u2028\u2029]/.test(text);
  if (!plain) return `${JSON.stringify(text).replaceAll(/[\x7f-\uffff]/g, escaped)}\n`;
  const keep = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return `|2${keep}\n${lines.map((line) => (line === '' ? '\n' : `${' '.repeat(indentation)}${line}\n`)).join('')}`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** SECURITY: a foreign name can't end the comment. */
function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]/g, ' ').replaceAll(/[\u2028\u2029\u0085]|\p{Cf}/gu, ' ');
}
