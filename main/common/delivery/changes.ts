import type { DeliveryReport, StageName } from './delivery.ts';
import * as strings from './strings.ts';

/** What differs from the last pass of the same integration, one sentence each. May be empty. */
export function changesSince(success: DeliveryReport, now: DeliveryReport): readonly string[] {
  const changes: string[] = [];
  if (success.url !== now.url) changes.push(strings.urlThen(success.url));
  if (success.key !== now.key) changes.push(strings.keyDifferentOneFingerprintNow(success.key ?? 'unknown', now.key ?? 'unknown'));
  else if (success.url === now.url && success.subject.hash !== now.subject.hash) changes.push(strings.keysTypeHeaderDifferent);
  if (success.vantage !== now.vantage) changes.push(strings.testRanDifferently(success.vantage));
  for (const { name, title } of COMPARED) {
    const before = evidenceOf(success, name);
    const after = evidenceOf(now, name);
    if (before === '' || after === '' || same(before, after)) continue;
    changes.push(strings.thenNow(title, before, after));
  }
  return changes.length > 0 ? changes : [strings.nothingComputerCanSeeCoralogix];
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
