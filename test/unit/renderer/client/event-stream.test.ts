import { expect, test } from 'vitest';
import { readEventStream } from '../../../../renderer/client/event-stream.ts';

test('returns complete events and keeps the beginning of the next', () => {
  expect(readEventStream('data: {"a":1}\n\ndata: {"b":2}\n\ndata: {"c"')).toEqual({ messages: ['{"a":1}', '{"b":2}'], rest: 'data: {"c"' });
});

test('reads an event in two chunks that are split between CR and LF', () => {
  const first = readEventStream('data: one\r\n\r');
  expect(first.messages).toEqual([]);
  expect(readEventStream(`${first.rest}\ndata: two\r\n\r\n`)).toEqual({ messages: ['one', 'two'], rest: '' });
});

test('skips comments and other fields, and joins several data lines', () => {
  expect(readEventStream(': keep-alive\n\nid: 7\ndata:a\ndata: b\n\n').messages).toEqual(['a\nb']);
});
