import type { DeliveryReport, StageName } from './delivery.ts';

/** What differs from the last pass of the same integration, one sentence each. May be empty. */
export function changesSince(success: DeliveryReport, now: DeliveryReport): readonly string[] {
  const changes: string[] = [];
  if (success.url !== now.url) changes.push(`The URL was ${success.url} then.`);
  if (success.key !== now.key)
    changes.push(`The key was a different one (fingerprint ${success.key ?? 'unknown'}, now ${now.key ?? 'unknown'}).`);
  else if (success.url === now.url && success.subject.hash !== now.subject.hash) changes.push('The key’s type or header was different.');
  if (success.vantage !== now.vantage) changes.push(`The test ran differently: “${success.vantage}”`);
  for (const { name, title } of COMPARED) {
    const before = evidenceOf(success, name);
    const after = evidenceOf(now, name);
    if (before === '' || after === '' || same(before, after)) continue;
    changes.push(`${title}: then “${before}”, now “${after}”`);
  }
  return changes.length > 0 ? changes : ['Nothing that this computer can see: Coralogix accepted the same URL and key then.'];
}

/** TCP repeats DNS; key and acceptance are the report's own subject. */
const COMPARED: readonly { readonly name: StageName; readonly title: string }[] = [
  { name: 'proxy', title: 'Proxy' },
  { name: 'dns', title: 'DNS' },
  { name: 'tls', title: 'TLS' },
];

function evidenceOf(report: DeliveryReport, name: StageName): string {
  return report.stages.find((stage) => stage.name === name)?.evidence ?? '';
}

/** Name servers return addresses in any order. */
function same(one: string, other: string): boolean {
  const words = (text: string) =>
    text
      .split(/[\s,]+/)
      .sort()
      .join(' ');
  return words(one) === words(other);
}
