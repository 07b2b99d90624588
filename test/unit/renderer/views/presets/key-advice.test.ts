import { expect, test } from 'vitest';
import { bareKey, keyAdvice } from '../../../../../renderer/views/presets/key-advice.ts';

test.each(['', '  ', '123e4567-e89b-12d3-a456-426614174000', ` cxtp_${'a1'.repeat(15)} `])('says nothing about %j', (key) => {
  expect(keyAdvice(key)).toBeNull();
});

test('knows a personal key, which cannot send logs', () => {
  expect(keyAdvice('cxup_abc')).toContain('personal key');
});

test('notices a pasted header, and an unlikely shape, without refusing it', () => {
  expect(keyAdvice('Bearer cxtp_x')).toContain('left out');
  expect(keyAdvice('hunter2')).toContain('can be saved all the same');
});

test('takes off what is pasted along with a key, and nothing of the key', () => {
  expect(bareKey('  Bearer  cxtp_x ')).toBe('cxtp_x');
  expect(bareKey('bearer-of-news')).toBe('bearer-of-news');
});
