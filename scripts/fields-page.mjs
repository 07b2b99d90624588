// Writes docs/fields.md from the table of fields. Runs on the project's own Node, which reads TypeScript; an older one
// starts it.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectNode, root, wanted } from './node24.mjs';

if (Number(process.versions.node.split('.')[0]) < wanted) {
  process.exit(spawnSync(projectNode(), [fileURLToPath(import.meta.url)], { stdio: 'inherit' }).status ?? 1);
}
const { fieldsPage } = await import('./fields-page.ts');
writeFileSync(join(root, 'docs', 'fields.md'), fieldsPage());
