// The part of the event stream format (WHATWG HTML) that the host uses: `data:` lines, comments, blank lines.

export interface EventStreamChunk {
  readonly messages: readonly string[];
  readonly rest: string;
}

export function readEventStream(text: string): EventStreamChunk {
  // A final CR may be half of a CRLF, so it stays in the rest.
  const blocks = text.replace(/\r\n|\r(?!$)/g, '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  const messages = blocks.flatMap((block) => {
    const data = block.split('\n').filter((line) => line.startsWith('data:'));
    return data.length === 0 ? [] : [data.map((line) => line.slice('data:'.length).replace(/^ /, '')).join('\n')];
  });
  return { messages, rest };
}
