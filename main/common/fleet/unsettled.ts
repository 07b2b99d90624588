import { assertNever } from '../errors.ts';
import type { Fleet, UnsettledChange } from './fleet.ts';

/** How it ended, in a few words: a row of the tray has no room for more. */
export function unsettledState({ ended }: UnsettledChange): string {
  if (ended === undefined) return 'may have been saved';
  return { saved: 'change saved', 'not-saved': 'change not saved', 'changed-by-others': 'changed by others' }[ended];
}

export function unsettledWords({ ref, ended }: UnsettledChange, { clusters }: Pick<Fleet, 'clusters'>): { title: string; next: string } {
  const cluster = clusters.find(({ context }) => context === ref.context);
  const what = `Your change of ${ref.name} in ${cluster?.marks?.alias ?? ref.context}`;
  if (ended === undefined) {
    const when = cluster?.state === 'online' ? 'again until the outcome is known' : 'when it’s connected';
    return { title: `${what} may have been saved`, next: `The response was lost. kAudit Tray checks ${when}.` };
  }
  switch (ended) {
    case 'saved':
      return { title: `${what} was saved`, next: 'The cluster has it. There’s nothing to do.' };
    case 'not-saved':
      return { title: `${what} wasn’t saved`, next: 'The cluster has the text from before. Open it and apply your change again.' };
    case 'changed-by-others':
      return {
        title: `${what} met someone else’s change`,
        next: 'The ConfigMap has a different text now. Open it and check whether your change is in it.',
      };
    default:
      return assertNever(ended);
  }
}
