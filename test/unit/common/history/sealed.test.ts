import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neighbours } from '../../../../main/common/history/beside.ts';
import { filled, opened, seal, sealedAgain, spellings, Words } from '../../../../main/common/history/sealed.ts';
import { Fingerprinter } from '../../../../main/secrets/fingerprint.ts';
import { MANUAL } from '../../../support/documents.ts';
import { hostileTexts } from '../../../support/hostile-texts.ts';

const prints = new Fingerprinter(Buffer.alloc(32, 7));
const digest = (secret: string) => prints.digest(secret);
const sealing = { digest, known: new Set<string>() };

const KEY = 'cxtp_AAAAaaaaAAAAaaaaAAAAaaaaAAAAaa';
const TEXT = `# old: http-api-token: ${KEY}
- type: detections
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk
    http-api-token: "${KEY}"   # ours
- type: activity
  target:
    target-type: aws-s3
    aws-bucket: b
    aws-secret-access-key: |
      s3cr3t
- val-x: 00123456789
`;

function known(text: string) {
  const found = new Map<string, { value: string; sources: string[] }>();
  for (const { digest: own, value, source } of spellings(text, sealing)) {
    const one = found.get(own) ?? { value, sources: [] };
    one.sources.push(source);
    found.set(own, one);
  }
  return found;
}

function back(text: string): string | undefined {
  const words = new Words('0123456789abcdef');
  const withWords = opened(seal(text, sealing), words.wordFor);
  const secrets = known(text);
  return filled(
    withWords,
    words,
    words.in(withWords).map((place) => secrets.get(place.digest) ?? { value: '', sources: [] }),
    sealing,
  );
}

describe('a sealed text', () => {
  test('contains no secret, and no character of one', () => {
    const { text, holes } = seal(TEXT, sealing);
    expect(text).not.toContain(KEY);
    expect(text).not.toContain('s3cr3t');
    expect(text).toContain('http-api-token: ""   # ours');
    expect(holes).toHaveLength(4);
    for (const hole of holes) expect(hole.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('gets every byte back, however each secret is spelt', () => {
    expect(back(TEXT)).toBe(TEXT);
    expect(back(MANUAL)).toBe(MANUAL);
    expect(back(TEXT.replaceAll('\n', '\r\n'))).toBe(TEXT.replaceAll('\n', '\r\n'));
  });

  test('property: any key, in any quotes, comes back in full or not at all', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }),
        fc.constantFrom('plain', 'single', 'double'),
        (value, style) => {
          const source = style === 'double' ? JSON.stringify(value) : style === 'single' ? `'${value.replaceAll("'", "''")}'` : value;
          const text = `- type: detections\n  target:\n    target-type: http-api\n    http-api-token: ${source}\n`;
          const result = back(text);
          if (result !== undefined) expect(result).toBe(text);
          if (style === 'double' && /^[\x21-\x7e]+$/.test(value)) expect(result).toBe(text);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('never takes a value that would open a place for another secret', () => {
    const words = new Words('0123456789abcdef');
    const text = opened(seal('- x: 1\n  http-api-token: abc\n', sealing), words.wordFor);
    const evil = { value: 'abc\n  other-token: def', sources: [] };
    expect(filled(text, words, [evil], sealing)).toBeUndefined();
  });
});

describe('a text that was sealed before a secret was known', () => {
  const later = 'Sentinel9later';

  test('property: is the same as one that is sealed now', () => {
    const documents = [TEXT, MANUAL, ...hostileTexts(2_000).map(([, text]) => text)];
    fc.assert(
      fc.property(fc.constantFrom(...documents), fc.nat(), fc.constantFrom(later, `"${later}"`, `(${later})`), (document, where, copy) => {
        const words = [...document.matchAll(/(?<=\s)[\w.-]{3,}(?=\s)/g)];
        const word = words[where % Math.max(1, words.length)];
        const text =
          word === undefined ? `# ${copy}\n` : document.slice(0, word.index) + copy + document.slice(word.index + word[0].length);
        const known = { digest, known: new Set([later]) };
        const now = seal(text, known);
        expect(now.text).not.toContain(later);
        expect(sealedAgain(seal(text, sealing), known)).toEqual(now);
        expect(sealedAgain(now, known)).toBe(now);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what identifies a secret’s place', () => {
  test('is its field and all that says where its target sends to', () => {
    const [, own] = neighbours(TEXT, sealing);
    const at = (text: string) => neighbours(text, sealing)[1]?.beside;
    expect(own?.url).toBe('https://api.eu2.coralogix.com/logs/v1/bulk');
    expect(at(TEXT.replace('api.eu2.coralogix.com', 'evil.example'))).not.toBe(own?.beside);
    expect(at(TEXT.replace('target-type: http-api', 'target-type: slack'))).not.toBe(own?.beside);
    expect(at(TEXT.replace('    http-api-token: ', '    http-api-token-header: X\n    http-api-token: '))).not.toBe(own?.beside);
    expect(at(TEXT.replace('type: detections', 'type: activity'))).toBe(own?.beside);
  });

  test('for a named value is the targets that refer to it', () => {
    const text = (uri: string) =>
      `- type: detections\n  target:\n    target-type: http-api\n    http-api-uri: ${uri}\n    ref/http-api-token: val-k\n- val-k: ${KEY}\n`;
    const at = (uri: string) => neighbours(text(uri), sealing)[0]?.beside;
    expect(at('https://a.example/')).toBe(at('https://a.example/'));
    expect(at('https://a.example/')).not.toBe(at('https://b.example/'));
  });

  test('for a comment is the addresses in the same comment', () => {
    const at = (text: string) => neighbours(text, sealing)[0]?.beside;
    const comment = `# http-api-uri: https://a.example/\n# http-api-token: ${KEY}\n- type: detections\n`;
    expect(at(comment)).not.toBe(at(comment.replace('a.example', 'evil.example')));
  });
});
