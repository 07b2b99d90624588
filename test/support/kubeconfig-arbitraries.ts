import fc from 'fast-check';

// Kubeconfigs as people and tools write them, and as no one should: every field that says where a request goes and who
// sends it, in every style. Words in capitals are replaced by what the test creates: ports, certificates, keys.

/** Written unchanged, unquoted. */
class Plain {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}
type Node = string | Plain | readonly Node[] | { readonly [key: string]: Node };
type Fields = Readonly<Record<string, Node>>;

const plain = (...sources: string[]) => fc.constantFrom(...sources.map((source) => new Plain(source)));
const some = (probability: number, field: string, value: fc.Arbitrary<Node>): fc.Arbitrary<Fields> =>
  fc.oneof(
    { weight: 100 - probability, arbitrary: fc.constant({}) },
    { weight: probability, arbitrary: value.map((found) => ({ [field]: found })) },
  );
const all = (...parts: fc.Arbitrary<Fields>[]): fc.Arbitrary<Fields> =>
  fc.tuple(...parts).map((found) => Object.assign({}, ...found) as Fields);
/** Usually the first one. */
const mostly = <Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 6 * others.length, arbitrary: fc.constant(usual) }, { weight: others.length, arbitrary: fc.constantFrom(...others) });

const scalars = plain(
  'yes',
  'on',
  'y',
  'No',
  '1',
  '0o14',
  '0777',
  '1_000',
  '1e5',
  '.5',
  '12:30',
  '2024-01-01',
  '~',
  'null',
  '=',
  '0x1F',
  'nO',
  '""',
  "'it''s'",
);
const flags = plain('true', 'yes', 'on', 'y', 'True', 'ON', 'false', 'no', 'off', 'n', 'null', '~', '"true"', '1', 'yEs');
const text = fc.constantFrom(
  'me',
  'päß',
  'a b',
  'a: b',
  '#x',
  "it's",
  'x#y',
  '[a]',
  '{a}',
  '*a',
  '&a',
  '!a',
  '%a',
  '@a',
  '- a',
  'a\\b',
  '日本',
  'true',
  '12',
);
const strings = fc.oneof({ weight: 19, arbitrary: text as fc.Arbitrary<Node> }, { weight: 1, arbitrary: scalars as fc.Arbitrary<Node> });

const server = mostly<Node>(
  'https://127.0.0.1:HTTPS',
  'https://localhost:HTTPS',
  'https://127.0.0.1:HTTPS/',
  'https://127.0.0.1:HTTPS/k8s/clusters/c-1/',
  'https://127.0.0.1:HTTPS//a//b?x=1#y',
  'HTTPS://127.0.0.1:HTTPS',
  'http://127.0.0.1:HTTP',
  'http://127.0.0.1:HTTP/base',
  '127.0.0.1:HTTP',
  'localhost:HTTP',
  'https://me:shh@127.0.0.1:HTTPS',
  'http://me:shh@127.0.0.1:HTTP',
  'ftp://127.0.0.1:HTTP',
  ' https://127.0.0.1:HTTPS',
  'https://a%zz@127.0.0.1:HTTPS',
  new Plain('https://127.0.0.1:HTTPS'),
);
const authority = fc.oneof(
  { weight: 20, arbitrary: fc.constant<Fields>({ 'certificate-authority-data': 'AUTHORITY' }) },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Fields>(
      { 'certificate-authority-data': 'INTERMEDIATE' },
      { 'certificate-authority': 'ca.pem' },
      { 'certificate-authority': './int.pem' },
      { 'certificate-authority': 'missing.pem' },
      { 'certificate-authority-data': 'STRANGER' },
      { 'certificate-authority-data': 'hello-world' },
      { 'certificate-authority-data': 'aGVsbG8=' },
      { 'certificate-authority-data': 'AUTHORITY\n' },
      { 'certificate-authority-data': 'AUTHORITY', 'certificate-authority': 'ca.pem' },
      { 'certificate-authority-data': '', 'certificate-authority': 'ca.pem' },
      { 'certificate-authority': 'token.txt' },
      { 'certificate-authority-data': new Plain('null') },
      {},
    ),
  },
);
const proxy = fc.constantFrom<Node>(
  '',
  new Plain('~'),
  'ftp://x',
  '127.0.0.1:1',
  'http://127.0.0.1:1',
  'http://127.0.0.1:FORWARD',
  'Http://127.0.0.1:FORWARD/',
  'http://me:sh%40h@127.0.0.1:FORWARD',
  'http://me@127.0.0.1:FORWARD',
  'http://:shh@127.0.0.1:FORWARD',
  'https://127.0.0.1:FORWARDTLS',
  'https://me:shh@localhost:FORWARDTLS',
  'socks5://127.0.0.1:SOCKS',
  'Socks5://localhost:SOCKS',
  'socks5://me:sh%40h@127.0.0.1:SOCKS',
  'socks5h://127.0.0.1:SOCKS',
);
const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';
const cluster = all(
  server.map((value) => ({ server: value })),
  authority,
  some(15, 'insecure-skip-tls-verify', flags),
  some(15, 'tls-server-name', fc.constantFrom<Node>('api.internal', 'localhost', 'other', '', new Plain('null'))),
  some(15, 'proxy-url', proxy),
  some(
    12,
    'extensions',
    fc.constantFrom<Node>(
      [],
      new Plain('null'),
      [new Plain('null')],
      [new Plain('~'), { name: 'cluster_info' }, new Plain('null')],
      [{ name: 'cluster_info' }],
      [{ name: 'a', extension: { b: new Plain('1') } }],
      [{ name: 'a' }, { name: 'a' }],
      [{ name: EXEC_EXTENSION, extension: { audience: 'päß', list: [new Plain('1'), new Plain('yes'), new Plain('null')] } }],
      [{ name: EXEC_EXTENSION, extension: 'text' }],
      [{ name: EXEC_EXTENSION }],
    ),
  ),
  some(3, 'disable-compression', flags),
);
const plugin = all(
  mostly('./token.sh', './null.sh', './bom.sh', './yaml.sh', './expired.sh', './missing.sh', '/bin/false').map((command) => ({ command })),
  mostly<Fields>(
    { apiVersion: 'client.authentication.k8s.io/v1' },
    { apiVersion: 'client.authentication.k8s.io/v1beta1' },
    { apiVersion: 'client.authentication.k8s.io/v1alpha1' },
    { apiVersion: 'client.authentication.k8s.io/v7' },
    {},
  ),
  mostly<Fields>(
    { interactiveMode: 'Never' },
    { interactiveMode: 'IfAvailable' },
    { interactiveMode: 'Always' },
    { interactiveMode: 'Sometimes' },
    {},
  ),
  some(40, 'provideClusterInfo', flags),
  some(10, 'installHint', strings),
  fc.constantFrom<Fields>(
    {},
    { args: new Plain('null') },
    { args: ['--region', new Plain('')] },
    { env: [{ name: 'A', value: new Plain('') }] },
    {
      env: [
        { name: 'A', value: 'a' },
        { name: 'A', value: 'b' },
      ],
    },
    { env: [] },
  ),
).map((exec): Fields => ({ exec }));
const PROVIDER = { 'idp-issuer-url': 'https://127.0.0.1:1', 'client-id': 'me' };
const authProvider = fc
  .constantFrom<Node>(
    { name: 'oidc', config: { ...PROVIDER, 'id-token': 'IDTOKEN' } },
    { name: 'oidc', config: { ...PROVIDER, 'id-token': 'IDTOKEN' } },
    { name: 'oidc', config: { ...PROVIDER, 'id-token': 'IDTOKEN', 'client-secret': new Plain('null') } },
    { name: 'oidc', config: { ...PROVIDER, 'id-token': 'STALETOKEN' } },
    { name: 'oidc', config: PROVIDER },
    { name: 'oidc', config: { 'id-token': 'IDTOKEN' } },
    { name: 'gcp', config: { 'access-token': 'x' } },
    { name: 'foo' },
    { name: new Plain('null') },
    new Plain('null'),
  )
  .map((value): Fields => ({ 'auth-provider': value }));
const credentials = fc.oneof(
  { weight: 5, arbitrary: strings.map((token): Fields => ({ token })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Fields>(
      { tokenFile: 'token.txt' },
      { tokenFile: 'empty.txt' },
      { tokenFile: 'zero.txt' },
      { tokenFile: 'missing.txt' },
      { token: 'x', tokenFile: './token.txt' },
      { token: 'x', tokenFile: 'zero.txt' },
      { token: 'x', tokenFile: 'missing.txt' },
    ),
  },
  { weight: 1, arbitrary: strings.map((password): Fields => ({ password })) },
  { weight: 1, arbitrary: fc.constant<Fields>({}) },
  { weight: 2, arbitrary: authProvider },
  { weight: 2, arbitrary: fc.tuple(strings, some(70, 'password', strings)).map(([username, more]): Fields => ({ username, ...more })) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Fields>(
      { 'client-certificate-data': 'CERTIFICATE', 'client-key-data': 'KEY' },
      { 'client-certificate-data': 'CERTIFICATE', 'client-key-data': 'KEY', token: 'beside' },
      { 'client-certificate': 'user.crt', 'client-key': 'user.key' },
      { 'client-certificate': './user.crt', 'client-key-data': 'KEY' },
      { 'client-certificate': 'user.crt', 'client-certificate-data': 'CERTIFICATE', 'client-key-data': 'KEY' },
      { 'client-certificate': 'user.crt', 'client-key': 'user.key', 'client-key-data': 'KEY' },
      { 'client-key': 'missing.key', 'client-key-data': 'KEY', token: 'beside' },
      { 'client-certificate-data': 'CERTIFICATE' },
      { 'client-certificate-data': 'CERTIFICATE', 'client-key-data': 'OTHERKEY' },
      { 'client-certificate-data': 'CERTIFICATE', 'client-key-data': 'RSAKEY' },
      { 'client-certificate-data': 'CERTIFICATE', 'client-key-data': 'ENCRYPTEDKEY' },
      { 'client-certificate-data': 'aGVsbG8=', 'client-key-data': 'KEY' },
      { 'client-key-data': 'AUTHORITY', token: 'beside' },
      { 'client-key-data': 'no base64', token: 'beside' },
      { 'client-certificate': 'missing.crt', 'client-key': 'user.key' },
    ),
  },
  { weight: 2, arbitrary: plugin },
  { weight: 1, arbitrary: fc.constantFrom<Fields>({ token: 'a', username: 'b' }, { token: 'a', password: 'b' }) },
);
const impersonation = all(
  some(60, 'as', strings),
  some(20, 'as-uid', strings),
  some(30, 'as-groups', fc.array(fc.oneof(strings, plain('null', '')), { maxLength: 3 })),
  some(
    30,
    'as-user-extra',
    fc.dictionary(fc.constantFrom('reason', 'a/b', 'Über', 'yes'), fc.oneof(fc.array(strings, { maxLength: 2 }), plain('null')), {
      maxKeys: 2,
    }),
  ),
);
const user = fc
  .tuple(
    credentials,
    fc.oneof({ weight: 5, arbitrary: fc.constant<Fields>({}) }, { weight: 1, arbitrary: credentials }),
    fc.oneof({ weight: 3, arbitrary: fc.constant<Fields>({}) }, { weight: 1, arbitrary: impersonation }),
  )
  .map(([one, other, more]): Fields => ({ ...one, ...other, ...more }));

interface Style {
  readonly write: 'json' | 'flow' | 'block';
  readonly quote: 'double' | 'single' | 'plain';
  readonly closing: boolean;
  readonly ends: '\n' | '\r\n';
  readonly encoding: 'utf8' | 'bom' | 'utf16le' | 'utf16be';
  readonly before: string;
  readonly after: string;
}
const style: fc.Arbitrary<Style> = fc.record({
  write: fc.constantFrom<Style['write']>('json', 'flow', 'block', 'block'),
  quote: fc.constantFrom<Style['quote']>('double', 'single', 'plain'),
  closing: fc.boolean(),
  ends: mostly<Style['ends']>('\n', '\r\n'),
  encoding: mostly<Style['encoding']>('utf8', 'bom', 'utf16le', 'utf16be'),
  before: mostly('', '---\n', '# mine\n', '%YAML 1.1\n---\n', '\n\n', '--- # first\n', '---\n---\n'),
  after: mostly('', '---\n', '...\n', '---\n{broken', '---\nkind: Other\n', '# end', '\n\n'),
});

/** For a plain scalar in YAML 1.1, or in a flow: only what can't be read as anything else. */
const isTame = (value: string): boolean =>
  /^[a-z/.][a-zA-Z0-9/._-]*$/.test(value) && !/^(y|yes|n|no|on|off|true|false|null|\.inf|\.nan)$/i.test(value);

function scalar(value: string | Plain, { quote, write }: Style): string {
  if (value instanceof Plain) return value.source;
  if (write === 'json' || quote === 'double' || /[\n']/.test(value)) return JSON.stringify(value);
  return quote === 'plain' && isTame(value) ? value : `'${value}'`;
}

function flow(node: Node, how: Style): string {
  if (typeof node === 'string' || node instanceof Plain) return scalar(node, how) || '~';
  const gap = how.closing ? '\n' : how.write === 'json' ? '' : ' ';
  if (Array.isArray(node)) return `[${gap}${node.map((item) => flow(item as Node, how)).join(`,${gap}`)}${gap}]`;
  const pairs = Object.entries(node).map(
    ([key, value]) => `${how.write === 'json' ? JSON.stringify(key) : key}: ${flow(value as Node, how)}`,
  );
  return `{${gap}${pairs.join(`,${gap}`)}${gap}}`;
}

function block(node: Node, indent: string, how: Style): string {
  if (typeof node === 'string' || node instanceof Plain) return ` ${scalar(node, how)}\n`;
  if (Array.isArray(node)) {
    if (node.length === 0) return ' []\n';
    const items = node.map((item) => `${indent}-${block(item as Node, `${indent}  `, how).replace(/^\n\s*/, ' ')}`);
    return `\n${items.join('')}`;
  }
  const pairs = Object.entries(node);
  if (pairs.length === 0) return ' {}\n';
  // Inner maps in the short form that people write.
  if (how.closing && indent.length > 3) return ` ${flow(node, how)}\n`;
  return `\n${pairs.map(([key, value]) => `${indent}${key}:${block(value as Node, `${indent}  `, how)}`).join('')}`;
}

/** The context `x` in one kubeconfig or in several, and the bytes of a text. undefined: there is no such file. */
export interface Kubeconfig {
  readonly texts: readonly (string | undefined)[];
  bytes(text: string): Uint8Array;
}

/** Entries of the same names, for another file. */
const DECOYS = {
  clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:HTTP/decoy' } }],
  contexts: [{ name: 'x', context: { cluster: 'c', user: 'decoy' } }],
  users: [
    { name: 'u', user: { token: 'decoy' } },
    { name: 'decoy', user: { token: 'decoy' } },
  ],
};
type Section = keyof typeof DECOYS;
/** In which of two files the entry is, and in which a decoy. */
const place = mostly<readonly [number, number | null]>([0, null], [1, null], [0, 1], [1, 0]);
const layout = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({ clusters: place, contexts: place, users: place, missing: mostly<number | null>(null, 0, 1, 2) }),
  },
);
/** Why kubectl refuses a whole file. */
const beside = all(
  some(2, 'users', fc.constantFrom<Node>([{ name: 'u', user: { token: 'second' } }], [{ name: 'v', user: { token: new Plain('12') } }])),
  some(2, 'clusters', fc.constantFrom<Node>([{ name: 'd', cluster: { server: new Plain('12') } }])),
  some(2, 'current-context', fc.constantFrom<Node>('x', 'y', new Plain('null'), new Plain('12'))),
  some(2, 'preferences', fc.constantFrom<Node>({}, new Plain('null'), { colors: new Plain('true') }, [])),
);

export const kubeconfigs: fc.Arbitrary<Kubeconfig> = fc
  .tuple(cluster, user, style, fc.boolean(), layout, beside)
  .map(([oneCluster, oneUser, how, typed, places, more]) => {
    const entries: Readonly<Record<Section, readonly Node[]>> = {
      clusters: [{ name: 'c', cluster: oneCluster }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'n' } }],
      users: [{ name: 'u', user: oneUser }],
    };
    const sections = Object.keys(entries) as Section[];
    const textOf = (file: number): string => {
      const held = sections.flatMap((section): [string, Node][] => {
        const [real, decoy] = places?.[section] ?? [0, null];
        const others = file === 0 && Array.isArray(more[section]) ? (more[section] as Node[]) : [];
        if (real === file) return [[section, [...entries[section], ...others]]];
        return decoy === file ? [[section, DECOYS[section]]] : [];
      });
      const { users: _, clusters: __, ...fields } = more;
      const config: Node = {
        ...(typed ? { apiVersion: 'v1', kind: 'Config' } : {}),
        ...Object.fromEntries(held),
        ...(file === 0 ? fields : {}),
      };
      const body = how.write === 'block' ? block(config, '', how).replace(/^\n/, '') : `${flow(config, how)}\n`;
      return (how.before + body + how.after).replaceAll('\n', how.ends);
    };
    const texts: (string | undefined)[] = places === null ? [textOf(0)] : [textOf(0), textOf(1)];
    if (places !== null && places.missing !== null) texts.splice(places.missing, 0, undefined);
    return {
      texts,
      bytes: (filledIn) => {
        if (how.encoding === 'utf8' || how.encoding === 'bom') return Buffer.from(`${how.encoding === 'bom' ? '\ufeff' : ''}${filledIn}`);
        const little = Buffer.from(`\ufeff${filledIn}`, 'utf16le');
        return how.encoding === 'utf16le' ? little : little.swap16();
      },
    };
  });
