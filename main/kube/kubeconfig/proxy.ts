import { BlockList, isIP } from 'node:net';

/**
 * The proxy that HTTPS_PROXY (HTTP_PROXY for http servers) and NO_PROXY ask for, by the rules of Go's x/net/http/httpproxy, which kubectl
 * follows: loopback is never proxied; NO_PROXY holds `*`, names with their subdomains, addresses, and address ranges, each with or without a
 * port. The client library knows proxy-url only. https://github.com/kubernetes-client/javascript/issues/648
 */
export function proxyFor(server: string, environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  const variable = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const value = environment[variable] || environment[variable.toLowerCase()];
  if (!value) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)) return undefined;
  const exceptions = (environment.NO_PROXY || environment.no_proxy || '').toLowerCase().split(',');
  const actualPort = port || (protocol === 'https:' ? '443' : '80');
  if (exceptions.some((exception) => excepts(exception.trim(), host, actualPort))) return undefined;
  const proxy = value.includes('://') ? value : `http://${value}`;
  return URL.canParse(proxy) ? proxy : undefined;
}

function excepts(exception: string, host: string, port: string): boolean {
  if (exception === '') return false;
  if (exception === '*') return true;
  const range = /^(.+)\/(\d{1,3})$/.exec(exception);
  if (range !== null) return isIP(host) !== 0 && inRange(host, range[1] ?? '', Number(range[2]));
  const [, name = exception, onlyPort] = /^(.*?|\[.*\])(?::(\d+))?$/.exec(isIP(exception) === 6 ? `[${exception}]` : exception) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const bare = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  // A leading dot means subdomains only.
  return host.endsWith(`.${bare}`) || (host === bare && !/^\*?\./.test(name));
}

function inRange(host: string, network: string, bits: number): boolean {
  const family = isIP(network);
  if (family === 0 || bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}
