import fc from 'fast-check';

// Kubeconfigs as people and tools write them, and as nobody should: every field that says where a request goes and who
// sends it, in every style. Words in capitals stand for what the test makes: ports, certificates, keys.

/** Written as it stands, unquoted. */
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
/** The first most of the time. */
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
const strings = fc.oneof({ weight: 9, arbitrary: text as fc.Arbitrary<Node> }, { weight: 1, arbitrary: scalars as fc.Arbitrary<Node> });

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
      { 'certificate-authority-data': new Plain('null') },
      {},
    ),
  },
);
const cluster = all(
  server.map((value) => ({ server: value })),
  authority,
  some(15, 'insecure-skip-tls-verify', flags),
  some(15, 'tls-server-name', fc.constantFrom<Node>('api.internal', 'localhost', 'other', '', new Plain('null'))),
  some(5, 'proxy-url', fc.constantFrom<Node>('', new Plain('~'), 'ftp://x', '127.0.0.1:1')),
  some(
    10,
    'extensions',
    fc.constantFrom<Node>([], new Plain('null'), [{ name: 'cluster_info' }], [{ name: 'a', extension: { b: new Plain('1') } }]),
  ),
  some(3, 'disable-compression', flags),
);
const plugin = fc
  .tuple(
    mostly('./token.sh', 'null.sh', './bom.sh', './yaml.sh', './expired.sh', './missing.sh', '/bin/false').map((name) =>
      name === 'null.sh' ? './null.sh' : name,
    ),
    mostly<Node>('client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'),
    fc.constantFrom<Fields>(
      {},
      { args: new Plain('null') },
      { args: ['--region', new Plain('')] },
      { env: [{ name: 'A', value: new Plain('') }] },
      { env: [] },
    ),
  )
  .map(([command, apiVersion, more]): Fields => ({ exec: { apiVersion, command, interactiveMode: 'Never', ...more } }));
const credentials = fc.oneof(
  { weight: 5, arbitrary: strings.map((token): Fields => ({ token })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Fields>({ tokenFile: 'token.txt' }, { tokenFile: 'empty.txt' }, { token: 'x', tokenFile: './token.txt' }),
  },
  { weight: 2, arbitrary: fc.tuple(strings, some(70, 'password', strings)).map(([username, more]): Fields => ({ username, ...more })) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Fields>(
      { 'client-certificate-data': 'CERTIFICATE', 'client-key-data': 'KEY' },
      { 'client-certificate-data': 'CERTIFICATE', 'client-key-data': 'KEY', token: 'beside' },
      { 'client-certificate': 'user.crt', 'client-key': 'user.key' },
      { 'client-certificate': './user.crt', 'client-key-data': 'KEY' },
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
  .tuple(credentials, fc.oneof({ weight: 3, arbitrary: fc.constant<Fields>({}) }, { weight: 1, arbitrary: impersonation }))
  .map(([one, other]): Fields => ({ ...one, ...other }));

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

/** For a plain scalar in YAML 1.1, or in a flow: only what cannot be taken for anything else. */
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
  // Inner maps of a short kind as people write them.
  if (how.closing && indent.length > 3) return ` ${flow(node, how)}\n`;
  return `\n${pairs.map(([key, value]) => `${indent}${key}:${block(value as Node, `${indent}  `, how)}`).join('')}`;
}

/** A kubeconfig with the context `x`, and its bytes for a text. */
export interface Kubeconfig {
  readonly text: string;
  bytes(text: string): Uint8Array;
}

export const kubeconfigs: fc.Arbitrary<Kubeconfig> = fc
  .tuple(cluster, user, style, fc.boolean())
  .map(([oneCluster, oneUser, how, typed]) => {
    const config: Node = {
      ...(typed ? { apiVersion: 'v1', kind: 'Config' } : {}),
      clusters: [{ name: 'c', cluster: oneCluster }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'n' } }],
      users: [{ name: 'u', user: oneUser }],
    };
    const body = how.write === 'block' ? block(config, '', how).replace(/^\n/, '') : `${flow(config, how)}\n`;
    const text = (how.before + body + how.after).replaceAll('\n', how.ends);
    return {
      text,
      bytes: (filledIn) => {
        if (how.encoding === 'utf8' || how.encoding === 'bom') return Buffer.from(`${how.encoding === 'bom' ? '\ufeff' : ''}${filledIn}`);
        const little = Buffer.from(`\ufeff${filledIn}`, 'utf16le');
        return how.encoding === 'utf16le' ? little : little.swap16();
      },
    };
  });
