import { assertNever } from '../errors.ts';
import type { Fleet, UnsettledChange } from './fleet.ts';
import * as strings from './strings.ts';

/** Its outcome in a few words, for a row of the tray. */
export function unsettledState({ ended }: UnsettledChange): string {
  if (ended === undefined) return strings.maySaved;
  return { saved: strings.changeSaved, 'not-saved': strings.changeNotSaved, 'changed-by-others': strings.changedOthers }[ended];
}

export function unsettledWords({ ref, ended }: UnsettledChange, { clusters }: Pick<Fleet, 'clusters'>): { title: string; next: string } {
  const cluster = clusters.find(({ context }) => context === ref.context);
  const what = strings.yourChangeToIn(ref.name, cluster?.marks?.alias ?? ref.context);
  if (ended === undefined) {
    const when = cluster?.state === 'online' ? strings.againUntilOutcomeKnown : strings.whenConnected;
    return { title: strings.mayHaveBeenSaved(what), next: strings.responseLostKAuditTrayChecks(when) };
  }
  switch (ended) {
    case 'saved':
      return { title: strings.wasSaved(what), next: strings.clusterHasItNothingToDo };
    case 'not-saved':
      return { title: strings.wasntSaved(what), next: strings.clusterTextBeforeOpenApply };
    case 'changed-by-others':
      return {
        title: strings.ranIntoSomeoneElsesChange(what),
        next: strings.configMapDifferentTextNowOpen,
      };
    default:
      return assertNever(ended);
  }
}
