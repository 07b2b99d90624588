/** Shorter values would remove parts of words. No key is that short. */
const SHORTEST = 4;

/** SECURITY: removes secret values from foreign words, however wrapped. Removing words would leave `token=KEY`. */
export function withoutSecrets(secrets: Iterable<string>, words: string): string {
  const forms = new Set<string>();
  for (const secret of secrets) for (const form of formsOf(secret)) if (form.length >= SHORTEST && words.includes(form)) forms.add(form);
  return [...forms].sort((one, other) => other.length - one.length).reduce((result, form) => result.replaceAll(form, '•••'), words);
}

/** SECURITY: removes copies of secrets from our own sentences, as masks do from texts. `forms`: `repeatedForms`. */
export function withoutCopies(forms: ReadonlySet<string>, sentences: readonly string[]): readonly string[] {
  const all = sentences.join('\n');
  const found = [...forms].filter((form) => all.includes(form)).sort((one, other) => other.length - one.length);
  if (found.length === 0) return sentences;
  const copies = found.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${copies})(?![\\p{L}\\p{N}_])`, 'gu');
  return sentences.map((sentence) => sentence.replace(pattern, '•••'));
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
