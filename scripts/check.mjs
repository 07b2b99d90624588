// `npm run check`: types (a tsconfig per environment), lint and format (biome.json), walls (walls.mjs),
// comments, docs and titles of tests (prose.mjs), unit tests.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './bootstrap.mjs';
import { projectNode, root } from './node24.mjs';

await ensureInstalled();

const tools = join(root, 'node_modules');
const steps = [
  ...['main/common', 'main', 'renderer', 'test'].map((project) => [
    `types of ${project}`,
    [
      join(tools, 'typescript', 'bin', 'tsc'),
      '-p',
      project,
      '--incremental',
      '--tsBuildInfoFile',
      join(tools, '.cache', 'types', `${project.replace('/', '-')}.json`),
    ],
  ]),
  ['walls between the rooms', [join(root, 'scripts', 'walls.mjs')]],
  ['words of comments, docs and titles', [join(root, 'scripts', 'prose.mjs')]],
  ['lint, format and circles', [join(tools, '@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.']],
  // In CI all tests run afterwards, including these.
  ...(process.env.CI === 'true' ? [] : [['unit tests', [join(tools, 'vitest', 'vitest.mjs'), 'run', '--project', 'unit']]]),
];

let failed = 0;
for (const [name, args] of steps) {
  const { status } = spawnSync(projectNode(), args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) failed += 1;
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`);
}
process.exit(failed === 0 ? 0 : 1);
