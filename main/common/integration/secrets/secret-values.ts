/** Shorter values would remove parts of words. No key is that short. */
const SHORTEST = 4;

/** SECURITY: removes secret values from a sentence, however wrapped. Removing words would leave `token=KEY`. */
export function withoutSecrets(secrets: Iterable<string>, text: string): string {
  const forms = new Set([...secrets].flatMap(formsOf));
  const found = [...forms].filter((value) => value.length >= SHORTEST && text.includes(value));
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
