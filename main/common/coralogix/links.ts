import type { Region } from './coralogix.ts';
import { isTeamName, REGIONS } from './coralogix.ts';

// Every outside address that a view can open.

const DOCS = 'https://coralogix.com/docs';

export const LINKS = {
  domains: `${DOCS}/user-guides/account-management/account-settings/coralogix-domain/`,
  endpoints: `${DOCS}/integrations/coralogix-endpoints/`,
  keys: `${DOCS}/user-guides/account-management/api-keys/send-your-data-api-key/`,
  retired: `${DOCS}/user-guides/latest-updates/deprecations/endpoints/`,
  ingestion: `${DOCS}/developer-portal/apis/log-ingestion/coralogix-rest-api-bulk/`,
  tco: `${DOCS}/user-guides/account-management/tco-optimizer/`,
  support: 'https://coralogix.com/support/',
  kaudit: 'https://alcide.atlassian.net/wiki/spaces/PUB/pages/1466728736/kAudit+Integrations+and+Findings+Exporting',
} as const;

export type LinkName = keyof typeof LINKS;

const allowed = new Set<string>(Object.values(LINKS));

/** The team's last 15 minutes for a DataPrime query. Undocumented address, seen in production. null: no such name. */
export function exploreLink(region: Region, team: string, query: string): string | null {
  const name = team.trim().toLowerCase();
  // SECURITY: a dot, slash or @ in the name would lead to another host.
  if (!isTeamName(name)) return null;
  return `https://${region.teamHost(name)}/#/query-new/logs?query=${encodeURIComponent(query)}&querySyntax=dataprime&time=from:now-15m,to:now`;
}

// SECURITY: the desktop host opens only these pages and team pages on Coralogix's own hosts.
export function isAllowedLink(url: string): boolean {
  if (allowed.has(url)) return true;
  if (!URL.canParse(url)) return false;
  const { href, protocol, username, password, port, hostname, pathname, search, hash } = new URL(url);
  if (protocol !== 'https:' || username !== '' || password !== '' || port !== '') return false;
  const team = hostname.slice(0, hostname.indexOf('.'));
  const known = isTeamName(team) && REGIONS.some((region) => region.teamHost(team) === hostname);
  return known && pathname === '/' && search === '' && hash.startsWith('#/query-new/logs?') && href.length <= 8192;
}
