import { describe, expect, it } from 'vitest';
import type { Draft } from '../../../main/state/draft.ts';
import { checkKeyRelease, strayPresetKey } from '../../../main/texts/key-release.ts';

const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
const OWN = 'https://api.eu2.coralogix.com/logs/v1/bulk';
const target = (url: string, key: string, more = '') => `- type: detections
  target:
    target-type: http-api
    http-api-uri: ${JSON.stringify(url)}
    http-api-token: ${JSON.stringify(key)}
${more}`;

function draft(text: string, base = target(OWN, 'old')): Omit<Draft, 'owner'> {
  const ref = { context: 'c', namespace: 'n', name: 'kaudit-integration' };
  return {
    base: { ref, uid: 'u', resourceVersion: '1', text: base, managed: null },
    text,
    presetKeys: [{ key: KEY, domain: 'eu2.coralogix.com', preset: 'p' }],
  };
}

const strayIn = (text: string, base?: string) => strayPresetKey(draft(text, base), text);

describe('a preset’s key in a text to be written', () => {
  it('may be next to its own URL', () => {
    expect(strayIn(target(OWN, KEY))).toBeUndefined();
    expect(strayIn(`- val-k: ${KEY}\n${target(OWN, 'x').replace('http-api-token: "x"', 'ref/http-api-token: val-k')}`)).toBeUndefined();
  });

  it.each([
    ['another host', target('https://evil.test/', KEY)],
    ['another domain of Coralogix', target('https://api.us1.coralogix.com/logs/v1/bulk', KEY)],
    ['plain http', target('http://api.eu2.coralogix.com/logs/v1/bulk', KEY)],
    ['another port', target('https://api.eu2.coralogix.com:8443/logs/v1/bulk', KEY)],
    ['a host that Java reads', target('https://api.eu2.coralogix.com\\@evil.test/', KEY)],
    ['another host, behind a word', target('https://evil.test/', `Bearer ${KEY}`)],
    ['another host, with a blank', target('https://evil.test/', `${KEY} `)],
    ['its own URL, behind a word', target(OWN, `Bearer ${KEY}`)],
    ['another host, in another field', target('https://evil.test/', 'x', `    http-api-token-header: ${KEY}\n`)],
    ['another host, inside the URL', target(`https://evil.test/?k=${KEY}`, 'x')],
    ['another host, deep in an unknown field', target('https://evil.test/', 'x', `    more: [{ headers: { x: "a ${KEY}" } }]\n`)],
    ['no URL', `- type: detections\n  target: { target-type: slack, slack-uri: "https://evil.test/${KEY}" }\n`],
    [
      'another host, as a named value',
      `- val-k: "Bearer ${KEY}"\n${target('https://evil.test/', 'x').replace('http-api-token: "x"', 'ref/http-api-token: val-k')}`,
    ],
  ])('may not be next to %s', (_, text) => {
    expect(strayIn(text)).toMatchObject({ domain: 'eu2.coralogix.com' });
  });

  it('may stay where the ConfigMap’s owner put it, and only there', () => {
    const foreign = target('https://collector.test/', KEY);
    expect(strayIn(foreign, foreign)).toBeUndefined();
    expect(strayIn(target('https://collector.test/', `${KEY} `), foreign)).toBeDefined();
  });
});

describe('a preset’s key in a delivery test', () => {
  const where = (url: string, key: string) => checkKeyRelease(draft(target(url, key)), { integration: 0 }, url, key);

  it('goes to its own URL', () => expect(where(OWN, KEY)).toBeUndefined());
  it.each([
    ['https://evil.test/', KEY],
    ['https://evil.test/', `Bearer ${KEY}`],
    ['https://evil.test/', `${KEY} `],
    [OWN, `x${KEY}`],
    [`https://evil.test/?k=${KEY}`, 'x'],
    ['https://api.eu2.coralogix.com\\@evil.test/', KEY],
  ])('goes nowhere else: %s with %j', (url, key) => {
    const answer = where(url, key);
    expect(answer).toMatchObject({ outcome: 'not-testable' });
    expect(JSON.stringify(answer)).not.toContain(KEY);
  });
});
