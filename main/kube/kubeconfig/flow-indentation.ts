const FAR = ' '.repeat(200);

/**
 * Indents lines inside brackets and quotes far enough for strict YAML. libyaml, and so kubectl, doesn't require it, and
 * people put a closing bracket below its key. Leading blanks in such lines mean nothing.
 */
export function indentFlow(source: string): string {
  const parts: string[] = [];
  let copied = 0;
  let position = 0;
  let parent = -1;

  const endOfLine = (from: number): number => {
    const end = source.indexOf('\n', from);
    return end === -1 ? source.length : end + 1;
  };
  const indent = (from: number, to: number): void => {
    for (let line = endOfLine(from); line < to; line = endOfLine(line)) {
      parts.push(source.slice(copied, line), FAR);
      copied = line;
    }
  };
  const quoted = (from: number): number => {
    const quote = source[from];
    for (let at = from + 1; at < source.length; at += 1) {
      if (quote === '"' && source[at] === '\\') at += 1;
      else if (source[at] === quote && quote === "'" && source[at + 1] === "'") at += 1;
      else if (source[at] === quote) return at + 1;
    }
    return source.length;
  };
  const flow = (from: number): number => {
    let depth = 0;
    let starts = true;
    for (let at = from; at < source.length; at += 1) {
      const character = source[at] ?? '';
      if (/\s/.test(character)) {
        if (source[at + 1] === '#') at = endOfLine(at + 1) - 1;
        continue;
      }
      if ((character === '"' || character === "'") && starts) {
        at = quoted(at) - 1;
        starts = false;
        continue;
      }
      if (character === '[' || character === '{') depth += 1;
      if (character === ']' || character === '}') {
        depth -= 1;
        if (depth === 0) return at + 1;
      }
      starts = /[[{,:?]/.test(character);
    }
    return source.length;
  };
  const skipBehind = (from: number): number => {
    let at = from;
    while (at < source.length) {
      const [, blanks = '', rest = ''] = /^( *)(.?)/.exec(source.slice(at, Math.min(endOfLine(at), at + 500))) ?? [];
      if (rest !== '' && rest !== '\r' && blanks.length <= parent) break;
      at = endOfLine(at);
    }
    return at;
  };

  while (position < source.length) {
    const lineStart = source.lastIndexOf('\n', position - 1) + 1;
    let at = position;
    while (source[at] === ' ' || source[at] === '\t') at += 1;
    const rest = source.slice(at, at + 2);
    if (/^[-?:](\s|$)/.test(rest)) {
      parent = at - lineStart;
      position = at + 1;
    } else if (at === lineStart && source.startsWith('---', at)) position = at + 3;
    else if (at === lineStart && rest.startsWith('%')) position = endOfLine(at);
    else if (rest === '' || /^[\r\n#]/.test(rest)) position = endOfLine(at);
    else if (/^[&!]/.test(rest)) position = at + (/^\S+/.exec(source.slice(at, at + 500))?.[0].length ?? 1);
    else if (/^[["'{]/.test(rest)) {
      const end = /^[[{]/.test(rest) ? flow(at) : quoted(at);
      indent(at, end);
      if (/^ *:(\s|$)/.test(source.slice(end, end + 100))) parent = at - lineStart;
      position = source[end] === ':' ? end + 1 : end;
    } else if (/^[|>]/.test(rest)) position = skipBehind(endOfLine(at));
    else {
      const line = source.slice(at, endOfLine(at));
      const colon = line.search(/:(\s|$)/);
      const comment = line.search(/\s#/);
      if (colon !== -1 && (comment === -1 || colon < comment)) {
        parent = at - lineStart;
        position = at + colon + 1;
      } else position = comment === -1 ? skipBehind(at + line.length) : at + line.length;
    }
  }
  parts.push(source.slice(copied));
  return parts.join('');
}
