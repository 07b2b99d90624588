import { expect, test } from 'vitest';
import { bareKey, domainAdvice, keyAdvice } from '../../../../../renderer/views/presets/key-advice.ts';

test.each(['', '  ', '123e4567-e89b-12d3-a456-426614174000', ` cxtp_${'a1'.repeat(15)} `])('has no advice on %j', (key) => {
  expect(keyAdvice(key)).toBeNull();
});

test('recognises a personal key, which can’t send logs', () => {
  expect(keyAdvice('cxup_abc')).toContain('personal key');
});

test('warns about a pasted header or an unlikely shape, without refusing it', () => {
  expect(keyAdvice('Bearer cxtp_x')).toContain('left out');
  expect(keyAdvice('hunter2')).toContain('can save it anyway');
});

test('removes what is pasted along with a key, and nothing of the key', () => {
  expect(bareKey('  Bearer  cxtp_x ')).toBe('cxtp_x');
  expect(bareKey('bearer-of-news')).toBe('bearer-of-news');
});

test.each([
  'eu2.coralogix.com',
  'coralogix.com',
  'coralogix.in',
  'gov1.coralogixgov.us',
  'cx123.coralogix.com',
  'private.eu2.coralogix.com',
])('has no advice on %s', (domain) => {
  expect(domainAdvice(domain)).toBeNull();
});

test.each(['eu2.coralogix.com.evil.example', 'evilcoralogix.com', 'eu2.coraloqix.com', 'logs.acme.internal'])(
  'says who gets the key at %s',
  (domain) => {
    expect(domainAdvice(domain)).toBe(`${domain} isn’t a Coralogix domain: whoever runs it gets the key.`);
  },
);
