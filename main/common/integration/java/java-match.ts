import { type Run, TooLong } from './java-nodes.ts';
import { type Alternative, Parser } from './java-parser.ts';
import { judgeJavaRegex } from './java-regex.ts';
import { Doubt, unquote } from './java-regex-reader.ts';

// Whether a name matches as in `java.util.regex.Matcher.find`. JavaScript's own expressions mean other things and can
// hang; this one counts its steps. It doesn't try what Java's versions read differently.

export type Found =
  /** `part`: the alternative that matched, as it is written. */
  | { readonly outcome: 'found'; readonly part: string }
  | { readonly outcome: 'not-found' }
  /** Java might take long, too. */
  | { readonly outcome: 'too-long' };

export type JavaSearch = (name: string) => Found;

const MOST_CHARACTERS = 2_000;

/** null: the expression isn't valid, or can't be tried here. */
export function javaSearch(pattern: string): JavaSearch | null {
  if (judgeJavaRegex(pattern) !== 'valid') return null;
  let alternatives: readonly Alternative[];
  let groups: number;
  try {
    const parser = new Parser(unquote(pattern));
    alternatives = parser.whole();
    groups = parser.groups;
  } catch (thrown) {
    if (thrown instanceof Doubt) return null;
    throw thrown;
  }
  return (name) => {
    const text = Array.from(name, (character) => character.codePointAt(0) ?? 0);
    if (text.length > MOST_CHARACTERS) return { outcome: 'too-long' };
    const run: Run = { text, groups: new Array<number>(2 * (groups + 1)).fill(-1), steps: 0 };
    try {
      for (let start = 0; start <= text.length; start += 1) {
        const match = alternatives.find(({ node }) => node(run, start, () => true));
        if (match) return { outcome: 'found', part: pattern.slice(match.from, match.to) };
      }
      return { outcome: 'not-found' };
    } catch (thrown) {
      // A RangeError is the end of the stack.
      if (thrown instanceof TooLong || thrown instanceof RangeError) return { outcome: 'too-long' };
      throw thrown;
    }
  };
}
