// The walls between the rooms of main and renderer, and how large a room may be. `npm run check` runs this file;
// `docs/architecture.md` explains the rooms. A folder's name says what its code may touch: an import that the table
// does not name is refused, type imports too.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { root } from './node24.mjs';

const LARGEST_ROOM = 16;
export const LONGEST_FILE = 350;

const COMMON = 'main/common is plain TypeScript: pass what it needs as an argument, or move the code to the room that it needs.';
const KUBE = 'main/kube knows clusters and nothing else. main/state brings it together with the rest.';
const PAGE =
  'The page imports main/common and nothing else of main. Ask main through renderer/client with a command of main/common/api.ts.';
const DESKTOP = 'Only main/desktop imports Electron. Take what you need as a function from main/desktop.ts.';
const EDGE = 'This room serves main/state, api and the hosts. It takes what it needs as arguments.';

const DOORS = [
  'main/common/errors.ts',
  'main/common/strings.ts',
  'main/common/reference.ts',
  'main/common/reference-schema.ts',
  'main/common/settings.ts',
  'main/common/plain-text.ts',
];
const LINES = ['main/common/yaml/value.ts', 'main/common/yaml/text.ts'];
const YAML = [...LINES, 'main/common/yaml/reading', 'main/common/yaml/comparing', 'main/common/yaml'];
const INTEGRATION = [...YAML, 'main/common/integration/reading', 'main/common/integration/secrets', 'main/common/integration'];
const SPOKEN_OF = [
  ...DOORS,
  ...INTEGRATION,
  'main/common/integration/java',
  'main/common/integration/diagnostics',
  'main/common/coralogix',
  'main/common/delivery',
  'main/common/arrivals',
  'main/common/fleet',
  'main/common/tray',
  'main/common/history',
  'main/common/rollout',
];
const SHARED = [...SPOKEN_OF, 'main/common/replies.ts', 'main/common/api.ts'];
// zod would come into the first script.
const PAGE_BASE = [
  ...SHARED.filter((room) => room !== 'main/common/reference-schema.ts'),
  'renderer/client',
  'renderer/components',
  'renderer/state',
  'renderer/views',
];
const REACT = ['react', 'react-aria-components', 'lucide-react'];

/**
 * From the bottom to the top: a room imports rooms above it in this table only, so there is no circle of rooms. `may`:
 * the rooms and packages that it imports in addition to its own files; `node` means everything of Node. `why`: what the
 * refusal says.
 * @type {readonly { readonly room: string, readonly may: readonly string[], readonly why: string }[]}
 */
export const ROOMS = [
  { room: 'main/common/errors.ts', may: [], why: COMMON },
  { room: 'main/common/strings.ts', may: [], why: COMMON },
  { room: 'main/common/plain-text.ts', may: ['main/common/strings.ts'], why: COMMON },
  { room: 'main/common/host-globals.d.ts', may: [], why: COMMON },
  { room: 'main/common/reference.ts', may: [], why: COMMON },
  { room: 'main/common/reference-schema.ts', may: ['zod', 'main/common/reference.ts'], why: COMMON },
  { room: 'main/common/settings.ts', may: ['zod', 'main/common/reference-schema.ts', 'main/common/strings.ts'], why: COMMON },
  { room: 'main/common/yaml/value.ts', may: [], why: COMMON },
  { room: 'main/common/yaml/reading', may: [], why: COMMON },
  { room: 'main/common/yaml/text.ts', may: ['main/common/yaml/value.ts'], why: COMMON },
  { room: 'main/common/yaml/comparing', may: LINES, why: COMMON },
  {
    room: 'main/common/yaml',
    may: ['yaml', ...LINES, 'main/common/yaml/reading', 'main/common/yaml/comparing'],
    why: `The YAML engine knows no word of kAudit: pass it as an argument. ${COMMON}`,
  },
  { room: 'main/common/coralogix', may: ['zod', ...DOORS], why: COMMON },
  { room: 'main/common/integration/java', may: [], why: COMMON },
  { room: 'main/common/integration/reading', may: [...YAML], why: COMMON },
  { room: 'main/common/integration/secrets', may: [...YAML, 'main/common/integration/reading'], why: COMMON },
  {
    room: 'main/common/integration/diagnostics',
    may: [...YAML, 'main/common/coralogix', 'main/common/integration/java', 'main/common/integration/reading'],
    why: COMMON,
  },
  {
    room: 'main/common/integration',
    may: [...YAML, 'main/common/integration/reading', 'main/common/integration/secrets', 'main/common/integration/diagnostics'],
    why: COMMON,
  },
  { room: 'main/common/delivery', may: ['zod', ...DOORS, ...INTEGRATION, 'main/common/coralogix'], why: COMMON },
  { room: 'main/common/arrivals', may: [...DOORS, 'main/common/delivery'], why: COMMON },
  {
    room: 'main/common/fleet',
    may: [
      ...DOORS,
      ...INTEGRATION,
      'main/common/integration/diagnostics',
      'main/common/coralogix',
      'main/common/delivery',
      'main/common/arrivals',
    ],
    why: COMMON,
  },
  { room: 'main/common/tray', may: [...DOORS, 'main/common/delivery', 'main/common/fleet'], why: COMMON },
  { room: 'main/common/history', may: [...INTEGRATION], why: COMMON },
  {
    room: 'main/common/rollout',
    may: ['zod', ...DOORS, ...INTEGRATION, 'main/common/coralogix', 'main/common/delivery', 'main/common/fleet'],
    why: COMMON,
  },
  { room: 'main/common/replies.ts', may: [...SPOKEN_OF], why: COMMON },
  { room: 'main/common/api.ts', may: ['zod', ...SHARED], why: COMMON },

  { room: 'main/strings.ts', may: [], why: EDGE },
  { room: 'main/clock.ts', may: [], why: EDGE },
  { room: 'main/version.ts', may: ['package.json'], why: EDGE },
  { room: 'main/flags.ts', may: ['node', 'main/strings.ts'], why: EDGE },
  { room: 'main/network', may: ['node'], why: EDGE },
  { room: 'main/secrets', may: ['node', ...SHARED], why: EDGE },
  { room: 'main/masking', may: ['node', ...SHARED, 'main/secrets'], why: EDGE },
  { room: 'main/keychain', may: ['node', '@napi-rs/keyring', ...SHARED], why: EDGE },
  { room: 'main/settings', may: ['node', 'zod', 'yaml', 'electron-store', ...SHARED], why: EDGE },
  { room: 'main/presets', may: ['node', 'zod', ...SHARED, 'main/keychain', 'main/secrets', 'main/settings'], why: EDGE },
  { room: 'main/history', may: ['node', 'zod', ...SHARED, 'main/secrets'], why: EDGE },
  {
    room: 'main/texts',
    may: ['node', ...SHARED, 'main/secrets', 'main/masking', 'main/history'],
    why: 'main/texts is what takes long over a text, so that it can run in a thread: it knows no cluster, no file and no state.',
  },
  { room: 'main/delivery', may: ['node', 'axios', ...SHARED, 'main/network', 'main/secrets'], why: EDGE },

  { room: 'main/kube/kubeconfig', may: ['node', 'zod', 'js-yaml', 'main/network', ...SHARED], why: KUBE },
  { room: 'main/kube', may: ['node', 'main/network', ...SHARED, 'main/kube/kubeconfig'], why: KUBE },
  {
    room: 'main/kube/sign-in',
    may: ['node', 'zod', 'undici', 'openid-client', 'main/network', ...SHARED, 'main/kube', 'main/kube/kubeconfig'],
    why: KUBE,
  },
  {
    room: 'main/kube/transport',
    may: [
      'node',
      'undici',
      'p-limit',
      '@kubernetes/client-node',
      'socks',
      'main/network',
      ...SHARED,
      'main/kube',
      'main/kube/kubeconfig',
      'main/kube/sign-in',
    ],
    why: KUBE,
  },
  {
    room: 'main/kube/cluster',
    may: ['node', 'zod', 'p-limit', '@kubernetes/client-node', ...SHARED, 'main/kube', 'main/kube/kubeconfig', 'main/kube/transport'],
    why: KUBE,
  },

  { room: 'main/demo/server', may: ['node', '@peculiar/x509', 'reflect-metadata'], why: EDGE },
  { room: 'main/demo/cluster', may: ['node', 'zod', 'main/demo/server'], why: EDGE },
  { room: 'main/demo/ingest', may: ['node', 'zod', ...SHARED, 'main/demo/server'], why: EDGE },
  { room: 'main/demo/story', may: ['node', 'yaml', ...SHARED, 'main/demo/cluster', 'main/demo/ingest'], why: EDGE },
  {
    room: 'main/demo',
    may: ['node', ...SHARED, 'main/demo/server', 'main/demo/cluster', 'main/demo/ingest', 'main/demo/story'],
    why: EDGE,
  },

  {
    room: 'main/state',
    may: [
      'node',
      'zod',
      ...SHARED,
      'main/clock.ts',
      'main/secrets',
      'main/masking',
      'main/settings',
      'main/presets',
      'main/history',
      'main/texts',
      'main/delivery',
      'main/kube/kubeconfig',
      'main/kube',
      'main/kube/cluster',
    ],
    why: 'main/state owns the one state. The hosts and the demo know it, not the other way round.',
  },
  {
    room: 'main/rollout',
    may: ['node', 'zod', ...SHARED, 'main/presets', 'main/kube/cluster', 'main/texts', 'main/state'],
    why: 'main/rollout changes many ConfigMaps, each through ConfigMaps.apply. It has no way to write of its own.',
  },
  {
    room: 'main/arrivals',
    may: ['node', 'zod', ...SHARED, 'main/clock.ts', 'main/secrets', 'main/settings', 'main/presets', 'main/delivery', 'main/state'],
    why: 'main/arrivals asks Coralogix what arrived, and puts it into the one state.',
  },
  {
    room: 'main/api',
    may: ['node', 'zod', ...SHARED, 'main/keychain', 'main/presets', 'main/rollout', 'main/arrivals', 'main/settings', 'main/state'],
    why: 'main/api connects commands with the rooms that carry them out. It does nothing itself.',
  },
  {
    room: 'main/services.ts',
    may: [
      'node',
      'main/strings.ts',
      ...SHARED,
      'main/clock.ts',
      'main/version.ts',
      'main/flags.ts',
      'main/network',
      'main/secrets',
      'main/masking',
      'main/keychain',
      'main/settings',
      'main/presets',
      'main/history',
      'main/texts',
      'main/delivery',
      'main/demo',
      'main/state',
      'main/rollout',
      'main/arrivals',
      'main/api',
    ],
    why: 'main/services.ts builds what both hosts run. What only one host has comes to it as an argument.',
  },
  { room: 'main/crash-guard.ts', may: ['node', 'main/strings.ts', 'main/services.ts'], why: EDGE },

  {
    room: 'main/browser',
    may: ['node', 'open', ...SHARED, 'main/network', 'main/api'],
    why: 'The browser host serves main/api to a browser on this machine.',
  },
  {
    room: 'main/browser.ts',
    may: [
      'node',
      'main/strings.ts',
      ...SHARED,
      'main/flags.ts',
      'main/keychain',
      'main/services.ts',
      'main/crash-guard.ts',
      'main/browser',
    ],
    why: `The hosts do not know each other. ${DESKTOP}`,
  },

  {
    room: 'main/desktop/tray',
    may: ['node', 'electron', '@jellybrick/dbus-next', ...SHARED, 'main/clock.ts'],
    why: 'The tray shows what main/common/tray says.',
  },
  {
    room: 'main/desktop/system',
    may: ['node', 'zod', 'electron', ...SHARED, 'main/clock.ts', 'main/flags.ts', 'main/keychain', 'main/settings'],
    why: 'main/desktop/system is what the operating system needs to be told: login, notifications, files.',
  },
  {
    room: 'main/desktop',
    may: ['node', 'electron', ...SHARED, 'main/api', 'main/desktop/tray', 'main/desktop/system'],
    why: 'The hosts do not know each other. What both need belongs to main/api or main/common.',
  },
  { room: 'main/preload.ts', may: ['electron', ...SHARED, 'main/desktop'], why: 'The preload is the bridge and nothing else.' },
  {
    room: 'main/desktop.ts',
    may: [
      'node',
      'main/strings.ts',
      'electron',
      ...SHARED,
      'main/clock.ts',
      'main/flags.ts',
      'main/services.ts',
      'main/crash-guard.ts',
      'main/state',
      'main/desktop/tray',
      'main/desktop/system',
      'main/desktop',
    ],
    why: 'The hosts do not know each other. What both need belongs to main/services.ts.',
  },

  { room: 'renderer/bundled-files.d.ts', may: [], why: PAGE },
  { room: 'renderer/styles', may: [], why: PAGE },
  { room: 'renderer/client', may: [...SHARED], why: PAGE },
  {
    room: 'renderer/components',
    may: [...REACT, ...SHARED],
    why: 'A component knows neither state nor client nor views: give it what it shows as properties.',
  },
  { room: 'renderer/state', may: [...REACT, ...SHARED, 'renderer/client', 'renderer/components'], why: PAGE },
  { room: 'renderer/views', may: [...REACT, ...SHARED, 'renderer/client', 'renderer/components', 'renderer/state'], why: PAGE },
  { room: 'renderer/views/about', may: [...REACT, ...PAGE_BASE], why: PAGE },
  { room: 'renderer/views/settings', may: [...REACT, ...PAGE_BASE], why: PAGE },
  { room: 'renderer/views/rollout', may: [...REACT, ...PAGE_BASE], why: PAGE },
  { room: 'renderer/views/arrivals', may: [...REACT, ...PAGE_BASE], why: PAGE },
  { room: 'renderer/views/delivery', may: [...REACT, ...PAGE_BASE, 'renderer/views/arrivals'], why: PAGE },
  {
    room: 'renderer/views/presets',
    may: [...REACT, ...PAGE_BASE, 'renderer/views/arrivals', 'renderer/views/delivery', 'renderer/views/rollout'],
    why: PAGE,
  },
  { room: 'renderer/views/drift', may: [...REACT, ...PAGE_BASE, 'renderer/views/rollout'], why: PAGE },
  { room: 'renderer/views/draft', may: [...REACT, ...PAGE_BASE], why: PAGE },
  {
    room: 'renderer/views/text',
    may: [
      ...REACT,
      '@codemirror/commands',
      '@codemirror/lang-yaml',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/state',
      '@codemirror/view',
      '@lezer/highlight',
      ...PAGE_BASE,
      'renderer/views/draft',
    ],
    why: PAGE,
  },
  {
    room: 'renderer/views/form',
    may: [...REACT, ...PAGE_BASE, 'renderer/views/arrivals', 'renderer/views/draft', 'renderer/views/presets'],
    why: PAGE,
  },
  { room: 'renderer/views/review', may: [...REACT, ...PAGE_BASE, 'renderer/views/draft', 'renderer/views/form'], why: PAGE },
  { room: 'renderer/views/history', may: [...REACT, ...PAGE_BASE, 'renderer/views/review'], why: PAGE },
  {
    room: 'renderer/views/editor',
    may: [
      ...REACT,
      ...PAGE_BASE,
      'renderer/views/draft',
      'renderer/views/delivery',
      'renderer/views/form',
      'renderer/views/history',
      'renderer/views/review',
      'renderer/views/text',
    ],
    why: PAGE,
  },
  {
    room: 'renderer/views/panel',
    may: [
      ...REACT,
      ...PAGE_BASE,
      'renderer/views/draft',
      'renderer/views/delivery',
      'renderer/views/editor',
      'renderer/views/form',
      'renderer/views/review',
    ],
    why: PAGE,
  },
  {
    room: 'renderer/views/fleet',
    may: [...REACT, ...PAGE_BASE, 'renderer/views/arrivals', 'renderer/views/delivery', 'renderer/views/panel', 'renderer/views/rollout'],
    why: PAGE,
  },
  { room: 'renderer/views/palette', may: [...REACT, ...PAGE_BASE], why: PAGE },
  {
    room: 'renderer/views/shell.tsx',
    may: [
      ...REACT,
      ...PAGE_BASE,
      'renderer/icon.svg',
      'renderer/views/about',
      'renderer/views/arrivals',
      'renderer/views/settings',
      'renderer/views/presets',
      'renderer/views/drift',
      'renderer/views/rollout',
      'renderer/views/editor',
      'renderer/views/fleet',
      'renderer/views/palette',
    ],
    why: PAGE,
  },
  {
    room: 'renderer/main.tsx',
    may: [
      ...REACT,
      'react-dom',
      '@fontsource-variable/inter',
      '@fontsource-variable/jetbrains-mono',
      ...SHARED,
      'renderer/styles',
      'renderer/client',
      'renderer/components',
      'renderer/state',
      'renderer/views/shell.tsx',
    ],
    why: PAGE,
  },
];

const BY_NAME = new Map(ROOMS.map((entry) => [entry.room, entry]));

/**
 * The room of a file, as the table names it: the file itself, or the folder that holds it.
 * @param {string} file path from the root of the checkout, parts separated by `/`
 * @returns {string}
 */
export function roomOf(file) {
  return BY_NAME.has(file) ? file : posix.dirname(file);
}

/**
 * What is wrong with the imports of one file, a sentence for each.
 * @param {string} file path from the root of the checkout, parts separated by `/`
 * @param {string} source
 * @returns {readonly string[]}
 */
export function complaints(file, source) {
  const room = roomOf(file);
  const entry = BY_NAME.get(room);
  if (entry === undefined) return [`${file}: the table in scripts/walls.mjs has no room ${room}. Say there what it may import.`];
  return imports(file, source).flatMap((specifier) => {
    const target = targetOf(file, specifier);
    return target === room || entry.may.includes(target) ? [] : [`${file} may not import ${specifier} (${target}). ${entry.why}`];
  });
}

function imports(file, source) {
  const { module } = parseSync(file, source);
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
    // `import('…')`, as a call and as a type.
    ...[...source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)].map((match) => match[1]),
  ];
}

function targetOf(file, specifier) {
  if (specifier.startsWith('.')) {
    const path = posix.join(posix.dirname(file), specifier.replace(/\?.*$/, ''));
    return path === 'package.json' || path.endsWith('.svg') ? path : roomOf(path);
  }
  if (specifier.startsWith('node:')) return 'node';
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** @param {string} top a checkout, or a tree like one */
export function checkTree(top) {
  const files = ['main', 'renderer'].flatMap((folder) => walk(join(top, folder))).map((file) => relative(top, file).split(sep).join('/'));
  const problems = files.flatMap((file) => {
    const source = readFileSync(join(top, file), 'utf8');
    const lines = source.split('\n').length - 1;
    return [
      ...complaints(file, source),
      ...(lines > LONGEST_FILE ? [`${file} has ${lines} lines; at most ${LONGEST_FILE}. Which two rooms is it?`] : []),
    ];
  });
  for (const [folder, own] of Map.groupBy(files, (file) => dirname(file)))
    if (own.length > LARGEST_ROOM) problems.push(`${folder} holds ${own.length} files; at most ${LARGEST_ROOM}. Which rooms are in it?`);
  return problems;
}

function walk(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

// `node scripts/walls.mjs [TREE]`
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkTree(process.argv[2] ?? root);
  for (const problem of problems) console.error(problem);
  process.exit(problems.length === 0 ? 0 : 1);
}
