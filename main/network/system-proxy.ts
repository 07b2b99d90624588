// Electron and browsers report proxy settings in PAC syntax: `PROXY proxy:3128; DIRECT`.
// https://developer.mozilla.org/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file

export interface SystemProxy {
  /** The first usable way: `http://proxy:3128/`, or null for a direct one. undefined: none is usable. */
  readonly proxy: string | null | undefined;
  /** Unusable entries before it: SOCKS, QUIC, invalid ones. */
  readonly skipped: readonly string[];
}

export function readSystemProxy(response: string): SystemProxy {
  const skipped: string[] = [];
  for (const way of response.split(';').map((part) => part.trim())) {
    if (way === '') continue;
    const proxy = wayOf(way);
    if (proxy !== undefined) return { proxy, skipped };
    skipped.push(way.slice(0, 100));
  }
  return { proxy: undefined, skipped };
}

function wayOf(way: string): string | null | undefined {
  if (/^direct$/i.test(way)) return null;
  const [, keyword = '', place = ''] = /^(PROXY|HTTP|HTTPS)\s+([\w.-]+(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?)$/i.exec(way) ?? [];
  const text = `${/^https$/i.test(keyword) ? 'https' : 'http'}://${place}`;
  return place !== '' && URL.canParse(text) ? new URL(text).href : undefined;
}
