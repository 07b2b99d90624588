import { secretScalars } from './secret-scan.ts';

/** Shorter values would remove parts of words. No key is that short. */
const SHORTEST = 4;

/** SECURITY: removes the documents' secret values, however wrapped. Removing words would leave `token=KEY`. */
export function withoutSecretsOf(documents: readonly string[], text: string): string {
  const values = documents.flatMap((document) =>
    secretScalars(document).flatMap(({ value, start, end }) => [...formsOf(value), ...formsOf(document.slice(start, end))]),
  );
  const found = [...new Set(values)].filter((value) => value.length >= SHORTEST && text.includes(value));
  return found.sort((one, other) => other.length - one.length).reduce((result, value) => result.replaceAll(value, '•••'), text);
}

/** Raw, as JSON, without quotes, and by line, because a message may break a block anywhere. */
function formsOf(value: string): string[] {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  const bare = lines.map((line) => /^(["'])(.*)\1[\s,}\]]*$/.exec(line)?.[2] ?? line);
  return [value, ...lines, ...bare].flatMap((form) => [form, JSON.stringify(form).slice(1, -1), ...escaped(form)]);
}

function escaped(text: string): string[] {
  // encodeURIComponent throws on lone surrogates.
  return text.isWellFormed() ? [encodeURIComponent(text)] : [];
}
