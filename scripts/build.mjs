// Builds dist/: main (both hosts and the preload) with esbuild, the page with vite. Runs on the project's own Node.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { build as buildPage } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = `${root}/dist/main`;
await rm(`${root}/dist`, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};
// CommonJS packages inside an ES module bundle call require().
const esm = {
  ...common,
  format: 'esm',
  splitting: true,
  outdir: out,
  minifySyntax: true,
  minifyWhitespace: true,
  external: ['@napi-rs/keyring'],
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
};

// electron-store imports electron, which the browser host doesn't have: an empty module replaces it there.
const withoutElectron = {
  name: 'without-electron',
  setup(plugin) {
    plugin.onResolve({ filter: /^electron$/ }, () => ({ path: 'electron', namespace: 'without-electron' }));
    plugin.onLoad({ filter: /.*/, namespace: 'without-electron' }, () => ({
      contents: 'export const app = undefined, ipcMain = undefined, shell = undefined; export default {};',
      loader: 'js',
    }));
  },
};

// conf (inside electron-store) brings a JSON schema validator and a reader of version numbers. It uses the one where it
// is given a schema, and the other where it is given migrations; settings are checked by zod, and read in every form
// that there was.
const withoutSchemaValidator = {
  name: 'without-schema-validator',
  setup(plugin) {
    plugin.onResolve({ filter: /^(ajv(-formats)?|semver)(\/|$)/ }, ({ path }) => ({ path, namespace: 'without-schema-validator' }));
    plugin.onLoad({ filter: /.*/, namespace: 'without-schema-validator' }, ({ path }) => ({
      contents: `class Missing { constructor() { throw new Error('${path} is not in this bundle (scripts/build.mjs)'); } }
        export default { default: Missing }; export { Missing as Ajv2020, Missing as Ajv };`,
      loader: 'js',
    }));
  },
};

await Promise.all([
  build({
    ...esm,
    entryPoints: { browser: 'main/browser.ts' },
    chunkNames: 'browser/[name]-[hash]',
    plugins: [withoutElectron, withoutSchemaValidator],
  }),
  build({
    ...esm,
    entryPoints: { desktop: 'main/desktop.ts' },
    chunkNames: 'desktop/[name]-[hash]',
    external: [...esm.external, 'electron'],
    plugins: [withoutSchemaValidator],
  }),
  build({
    ...common,
    entryPoints: ['main/keychain/main.ts'],
    format: 'cjs',
    outfile: `${out}/keychain.cjs`,
    external: esm.external,
  }),
  build({ ...common, entryPoints: ['main/texts/thread.ts'], format: 'cjs', outfile: `${out}/text-thread.cjs`, minify: true }),
  // A sandboxed preload must be CommonJS and one file.
  build({ ...common, entryPoints: ['main/preload.ts'], format: 'cjs', outfile: `${out}/preload.cjs`, external: ['electron'] }),
]);
await buildPage({ root: `${root}/renderer`, configFile: `${root}/vite.config.ts`, logLevel: 'warn' });
await writeFile(`${root}/dist/built`, `${new Date().toISOString()}\n`);
