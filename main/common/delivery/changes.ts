import type { DeliveryReport, StageName } from './delivery.ts';

/** What is not as it was when the same integration last passed, one sentence each; it may be that nothing is, as far as this computer can see. */
export function changesSince(success: DeliveryReport, now: DeliveryReport): readonly string[] {
  const changes: string[] = [];
  if (success.url !== now.url) changes.push(`The URL was ${success.url}.`);
  if (success.key !== now.key)
    changes.push(`The key was another one (fingerprint ${success.key ?? 'unknown'}, now ${now.key ?? 'unknown'}).`);
  else if (success.url === now.url && success.subject.hash !== now.subject.hash)
    changes.push('The type or the header of the key was another one.');
  if (success.vantage !== now.vantage) changes.push(`It was tested differently: “${success.vantage}”`);
  for (const { name, title } of COMPARED) {
    const before = evidenceOf(success, name);
    const after = evidenceOf(now, name);
    // A stage that was not reached says nothing.
    if (before === '' || after === '' || same(before, after)) continue;
    changes.push(`${title}: then “${before}”, now “${after}”`);
  }
  return changes.length > 0 ? changes : ['Nothing that can be seen from this computer: the same URL and key were accepted then.'];
}

/** TCP says again what DNS says, and key and acceptance are what the report is about. */
const COMPARED: readonly { readonly name: StageName; readonly title: string }[] = [
  { name: 'proxy', title: 'Proxy' },
  { name: 'dns', title: 'DNS' },
  { name: 'tls', title: 'TLS' },
];

function evidenceOf(report: DeliveryReport, name: StageName): string {
  return report.stages.find((stage) => stage.name === name)?.evidence ?? '';
}

/** A name server gives addresses in any order. */
function same(one: string, other: string): boolean {
  const words = (text: string) =>
    text
      .split(/[\s,]+/)
      .sort()
      .join(' ');
  return words(one) === words(other);
}
