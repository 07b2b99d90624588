// The part of the event stream format (WHATWG HTML, "Server-sent events") that the browser host uses: `data:` lines, comments, blank lines.

export interface EventStreamChunk {
  /** The data of each event that is complete. */
  readonly messages: readonly string[];
  /** What belongs to an event that is still to be completed: put it in front of the next chunk. */
  readonly rest: string;
}

export function readEventStream(text: string): EventStreamChunk {
  // A CR at the very end may be the first half of a CRLF: it stays in the rest, because no blank line is complete behind it yet.
  const blocks = text.replace(/\r\n|\r(?!$)/g, '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  const messages = blocks.flatMap((block) => {
    const data = block.split('\n').filter((line) => line.startsWith('data:'));
    return data.length === 0 ? [] : [data.map((line) => line.slice('data:'.length).replace(/^ /, '')).join('\n')];
  });
  return { messages, rest };
}
