// What a system's proxy settings, or the PAC script that they name, say about one address. Electron and every browser tell it in PAC's words:
// `PROXY proxy:3128; DIRECT`. https://developer.mozilla.org/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file

export interface SystemProxy {
  /** The first way that can be gone: a proxy as `http://proxy:3128/`, or null for none. undefined: no way that is named can be gone. */
  readonly proxy: string | null | undefined;
  /** What stands before it and cannot be used here, as it stands: SOCKS, QUIC, what is no PAC. */
  readonly skipped: readonly string[];
}

export function readSystemProxy(answer: string): SystemProxy {
  const skipped: string[] = [];
  for (const way of answer.split(';').map((part) => part.trim())) {
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
