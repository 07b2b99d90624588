// Explains silence after a passed delivery test as far as the facts allow.

export interface SilenceFacts {
  readonly tested: string;
  readonly stopped: boolean;
  /** Why kAudit itself sends nothing; undefined: it runs, or its state isn't known. */
  readonly notRunning: string | undefined;
  /** Whether that is because it is scaled to 0. */
  readonly scaledToZero: boolean;
  /** The policies, if none certainly lets HTTPS out; undefined: no known policy blocks it. */
  readonly closedBy: string | undefined;
  readonly filtered: boolean | undefined;
}

export function silenceAdvice({ tested, stopped, notRunning, scaledToZero, closedBy, filtered }: SilenceFacts): string {
  if (stopped) return 'It’s stopped, so it sends nothing: start it if you expect entries.';
  if (notRunning !== undefined && scaledToZero) return `${notRunning}: scale it to 1 if you expect entries.`;
  if (notRunning !== undefined) return `${notRunning}: check its Pod’s events and log.`;
  const here = `The URL and key work from this computer (tested ${tested})`;
  if (closedBy !== undefined)
    return `${here}, but no egress rule in its cluster is certain to allow HTTPS (${closedBy}): allow port 443 to Coralogix there.`;
  if (filtered === false)
    return `${here} and nothing is filtered, so kAudit may be cut off or have found nothing: check its log for send errors.`;
  const filter = filtered === true ? 'its filter' : 'its filter, if it has one,';
  return `${here}, so ${filter} may match nothing, or kAudit may be cut off: try the filter with fewer conditions first.`;
}
