import { type JavaSearch, javaSearch } from './java-match.ts';

// Which names a pair of expressions lets through, as in kAudit’s filters: a name must match the one and not the other.

export type Tried =
  | { readonly outcome: 'passes' }
  /** `part`: the alternative of the expression that blocks it. */
  | { readonly outcome: 'blocked'; readonly part: string }
  | { readonly outcome: 'no-match' }
  | { readonly outcome: 'too-long' };

export interface Expressions {
  readonly match?: string;
  readonly noMatch?: string;
}

export type TriedNames =
  | { readonly outcome: 'tried'; readonly names: readonly { readonly name: string; readonly tried: Tried }[] }
  /** Those of the two that can't be tried. */
  | { readonly outcome: 'not-triable'; readonly which: readonly (keyof Expressions)[] };

/** Milliseconds for all names together. */
const PATIENCE = 300;

/** `now` in milliseconds. Names after the time limit are `too-long`. */
export function tryNames(names: readonly string[], expressions: Expressions, now: () => number): TriedNames {
  const compiled = (['match', 'noMatch'] as const).map((which) => {
    const text = expressions[which];
    return { which, search: text === undefined || text === '' ? undefined : javaSearch(text) };
  });
  const which = compiled.flatMap((each) => (each.search === null ? [each.which] : []));
  if (which.length > 0) return { outcome: 'not-triable', which };
  const [match, noMatch] = compiled.map(({ search }) => search ?? undefined);
  const end = now() + PATIENCE;
  return {
    outcome: 'tried',
    names: names.map((name) => ({ name, tried: now() > end ? { outcome: 'too-long' } : tryName(name, match, noMatch) })),
  };
}

function tryName(name: string, match: JavaSearch | undefined, noMatch: JavaSearch | undefined): Tried {
  const matched = match?.(name).outcome ?? 'found';
  if (matched !== 'found') return { outcome: matched === 'too-long' ? 'too-long' : 'no-match' };
  const blocked = noMatch?.(name) ?? { outcome: 'not-found' as const };
  if (blocked.outcome === 'found') return { outcome: 'blocked', part: blocked.part };
  return { outcome: blocked.outcome === 'too-long' ? 'too-long' : 'passes' };
}
