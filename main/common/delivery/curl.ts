import { type PayloadInput, planRequest } from './plan.ts';

/**
 * The test's request as a POSIX shell command with `$CORALOGIX_KEY` for the key. `redact` gets the parts one by one,
 * because it would take a header with a variable for one with a key.
 */
export function curlCommand(input: Omit<PayloadInput, 'key'>, redact: (text: string) => string): string {
  // SECURITY: the real key isn't known here.
  const marker = `key-${input.testId}`;
  const { url, headers, body } = planRequest({ ...input, key: marker });
  const word = (text: string) => text.split(marker).map((part) => quoted(redact(part)));
  const withKey = (text: string) => word(text).join('"$CORALOGIX_KEY"');
  const lines = [
    `curl --include --request POST ${withKey(url)}`,
    ...Object.entries(headers).map(([name, value]) => `--header ${headerWord(redact(name), value, marker)}`),
    `--data-binary ${withKey(body)}`,
  ];
  return lines.join(' \\\n  ');
}

function headerWord(name: string, value: string, marker: string): string {
  return `${name}: ${value}`.split(marker).map(quoted).join('"$CORALOGIX_KEY"').replace(/''$/, '');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
