import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { curlCommand } from '../../../../main/common/delivery/curl.ts';
import { planRequest } from '../../../../main/common/delivery/plan.ts';
import { Redaction } from '../../../../main/secrets/redaction.ts';

const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
const input = {
  url: 'https://api.eu2.coralogix.com/logs/v1/bulk?team=a&b=c',
  type: 'detections',
  header: undefined,
  applicationName: "Ada's `kaudit` $HOME",
  subsystemName: 'delivery-test',
  computerName: 'host',
  testId: '00000000-0000-4000-8000-000000000000',
  timestamp: 1_700_000_000_000,
};

/** The words that a shell passes to curl. */
function asShellReadsIt(command: string): readonly string[] {
  const script = `curl() { printf '%s\\0' "$@"; }; ${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { CORALOGIX_KEY: KEY } })
    .split('\0')
    .slice(0, -1);
}

describe('a test as curl', () => {
  it.each([
    ['Bearer', {}],
    ["the integration's own header", { header: 'X-Api-Key' }],
    ['the old path with its key in the body', { url: 'https://api.coralogix.com/api/v1/logs' }],
    ['the old path with its own header', { url: 'https://api.coralogix.com/logs/rest/singles' }],
  ])('sends what the test sends, with the key taken from the environment: %s', (_what, more) => {
    const redaction = new Redaction();
    redaction.add(KEY);
    const command = curlCommand({ ...input, ...more }, (text) => redaction.redact(text));
    expect(command).toContain('$CORALOGIX_KEY');
    expect(command).not.toContain(KEY);
    const plan = planRequest({ ...input, ...more, key: KEY });
    expect(asShellReadsIt(command)).toEqual([
      '--include',
      '--request',
      'POST',
      plan.url,
      ...Object.entries(plan.headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
      '--data-binary',
      plan.body,
    ]);
  });

  it('shows no other secret of the URL', () => {
    const redaction = new Redaction();
    redaction.add('other-secret');
    const command = curlCommand({ ...input, url: 'https://user:pass@api.coralogix.com/logs/v1/bulk?k=other-secret' }, (text) =>
      redaction.redact(text),
    );
    expect(command).not.toMatch(/other-secret|pass@/);
  });
});
