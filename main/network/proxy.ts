import { BlockList, isIP } from 'node:net';

// The one reading of HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY: as kubectl for clusters and OIDC (Go's
// x/net/http/httpproxy), as curl for delivery tests.

export type Environment = Readonly<Record<string, string | undefined>>;
export type Target = Pick<URL, 'protocol' | 'hostname' | 'port'>;

export interface ProxyRules {
  readonly variables: (protocol: string) => readonly string[];
  readonly separator: RegExp;
  /** Whether `.example.com` and `*.example.com` include example.com itself. */
  readonly dotMeansDomain: boolean;
  readonly loopbackIsDirect: boolean;
}

const ofScheme = (protocol: string): string[] => (protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']);

export const KUBECTL_RULES: ProxyRules = {
  variables: ofScheme,
  separator: /,/,
  dotMeansDomain: false,
  loopbackIsDirect: true,
};

export const CURL_RULES: ProxyRules = {
  variables: (protocol) => [...ofScheme(protocol), 'ALL_PROXY', 'all_proxy'],
  separator: /[\s,]+/,
  dotMeansDomain: true,
  loopbackIsDirect: false,
};

export function proxyVariable(target: Target, environment: Environment, rules: ProxyRules): { name: string; value: string } | undefined {
  return rules
    .variables(target.protocol)
    .map((name) => ({ name, value: environment[name]?.trim() ?? '' }))
    .find(({ value }) => value !== '');
}

/** What exempts the target: a name of NO_PROXY, or `loopback`. */
export function proxyException(target: Target, environment: Environment, rules: ProxyRules): string | undefined {
  const host = target.hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  if (rules.loopbackIsDirect && (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host))) return 'loopback';
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  return (environment.NO_PROXY || environment.no_proxy || '')
    .split(rules.separator)
    .map((pattern) => pattern.trim())
    .find((pattern) => pattern !== '' && excepts(pattern.toLowerCase(), host, port, rules));
}

/** With or without a scheme. undefined: isn't valid. */
export function proxyAddress(value: string): URL | undefined {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** May hold a password. */
export function proxyFor(server: string, environment: Environment): string | undefined {
  const target = new URL(server);
  const found = proxyVariable(target, environment, KUBECTL_RULES);
  if (found === undefined || proxyException(target, environment, KUBECTL_RULES) !== undefined) return undefined;
  if (proxyAddress(found.value) === undefined) return undefined;
  return found.value.includes('://') ? found.value : `http://${found.value}`;
}

/** `*`, names with their subdomains, addresses and ranges; all but ranges with an optional port. */
function excepts(pattern: string, host: string, port: string, rules: ProxyRules): boolean {
  if (pattern === '*') return true;
  const range = /^(.+)\/(\d{1,3})$/.exec(pattern);
  if (range !== null) return isIP(host) !== 0 && inRange(host, range[1] ?? '', Number(range[2]));
  const [, name = pattern, onlyPort] = /^(.*?|\[.*\])(?::(\d+))?$/.exec(isIP(pattern) === 6 ? `[${pattern}]` : pattern) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const bare = name
    .replace(/^\[|\]$/g, '')
    .replace(/^\*?\./, '')
    .replace(/\.$/, '');
  if (bare === '') return false;
  return host.endsWith(`.${bare}`) || (host === bare && (rules.dotMeansDomain || !/^\*?\./.test(name)));
}

function inRange(host: string, network: string, bits: number): boolean {
  const family = isIP(network);
  if (family === 0 || bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}
