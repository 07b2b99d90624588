import { secretScalars } from './secret-scan.ts';

/** Shorter ones would tear holes into words. No key is that short. */
const SHORTEST = 4;

/** SECURITY: a text without the secret values of documents, in whatever they are wrapped; not without its words, which would leave `token=KEY`. */
export function withoutSecretsOf(documents: readonly string[], text: string): string {
  const values = documents.flatMap((document) =>
    secretScalars(document).flatMap(({ value, start, end }) => [...formsOf(value), ...formsOf(document.slice(start, end))]),
  );
  const found = [...new Set(values)].filter((value) => value.length >= SHORTEST && text.includes(value));
  return found.sort((one, other) => other.length - one.length).reduce((result, value) => result.replaceAll(value, '•••'), text);
}

/** As it stands, in JSON, without its quotes, and each of its lines: a message may break a block where it likes. */
function formsOf(value: string): string[] {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  const bare = lines.map((line) => /^(["'])(.*)\1[\s,}\]]*$/.exec(line)?.[2] ?? line);
  return [value, ...lines, ...bare].flatMap((form) => [form, JSON.stringify(form).slice(1, -1), ...escaped(form)]);
}

function escaped(text: string): string[] {
  // Half a character cannot be escaped.
  return text.isWellFormed() ? [encodeURIComponent(text)] : [];
}
