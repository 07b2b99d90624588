// Which proxy a request goes through, by the variables that curl and most tools on Linux, macOS and Windows read.

export interface ProxyChoice {
  /** null: none. With the credentials of the variable. */
  readonly proxy: URL | null;
  /** Why, for people, without credentials. */
  readonly reason: string;
  /** Set when a variable is there that cannot be used: what is wrong with it. */
  readonly problem?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** For an https URL. HTTP_PROXY says nothing about those. */
export function chooseProxy(target: Pick<URL, 'hostname' | 'port'>, environment: Environment): ProxyChoice {
  const found = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']
    .map((name) => ({ name, value: environment[name]?.trim() ?? '' }))
    .find(({ value }) => value !== '');
  if (!found) return { proxy: null, reason: 'No proxy: HTTPS_PROXY is not set.' };
  const exception = (environment.NO_PROXY ?? environment.no_proxy ?? '')
    .split(/[\s,]+/)
    .find((pattern) => pattern !== '' && excludes(pattern, target));
  if (exception !== undefined) return { proxy: null, reason: `No proxy: NO_PROXY has ${exception}.` };
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(found.value) ? found.value : `http://${found.value}`;
  if (!URL.canParse(text))
    return { proxy: null, reason: `${found.name} cannot be read.`, problem: `${found.name} is no URL such as http://proxy:3128` };
  const proxy = new URL(text);
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
    return {
      proxy: null,
      reason: `${found.name} is not used.`,
      problem: `${found.name} names a ${proxy.protocol}// proxy; only http:// and https:// ones are used`,
    };
  }
  return { proxy, reason: `${found.name}: ${proxy.protocol}//${proxy.host}` };
}

/** `example.com` and `.example.com` stand for the domain and all its hosts, `host:443` for one port, `*` for everything. */
function excludes(pattern: string, target: Pick<URL, 'hostname' | 'port'>): boolean {
  if (pattern === '*') return true;
  const host = bare(target.hostname);
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
  if (port !== undefined && port !== (target.port || '443')) return false;
  const wanted = bare(name).replace(/^\*?\./, '');
  return wanted !== '' && (host === wanted || host.endsWith(`.${wanted}`));
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}
