/** Shorter values would remove parts of words. No key is that short. */
const SHORTEST = 4;

/** SECURITY: removes secret values from sentences, however wrapped. Removing words would leave `token=KEY`. */
export function withoutSecrets(secrets: Iterable<string>, sentences: readonly string[]): readonly string[] {
  const all = sentences.join('\n');
  const forms = new Set<string>();
  for (const secret of secrets) for (const form of formsOf(secret)) if (form.length >= SHORTEST && all.includes(form)) forms.add(form);
  const found = [...forms].sort((one, other) => other.length - one.length);
  return sentences.map((sentence) => found.reduce((result, form) => result.replaceAll(form, '•••'), sentence));
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
