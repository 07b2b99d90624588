// Explains silence after a passed delivery test as far as the facts allow.

export interface SilenceFacts {
  readonly tested: string;
  readonly stopped: boolean;
  /** Why kAudit itself sends nothing; undefined: it runs, or its state isn't known. */
  readonly notRunning: string | undefined;
  /** The policies, if none certainly lets HTTPS out; undefined: no known policy blocks it. */
  readonly closedBy: string | undefined;
  readonly filtered: boolean | undefined;
}

export function silenceAdvice({ tested, stopped, notRunning, closedBy, filtered }: SilenceFacts): string {
  if (stopped) return 'It is stopped, so it sends nothing: start it, if entries are wanted.';
  if (notRunning !== undefined) return `${notRunning}: look at its Pod’s events and log.`;
  const here = `URL and key work from this computer (tested ${tested})`;
  if (closedBy !== undefined)
    return `${here}, but no egress rule of its cluster surely lets HTTPS out (${closedBy}): check that port 443 to Coralogix is allowed there.`;
  if (filtered === false)
    return `${here} and nothing is filtered, so kAudit may not get out of its cluster, or has found nothing: look for send errors in its log.`;
  const filter = filtered === true ? 'its filter' : 'a filter, if it has one,';
  return `${here}, so ${filter} may match nothing, or kAudit may not get out of its cluster: try the filter with fewer conditions first.`;
}
