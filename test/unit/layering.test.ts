import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the linter says of one import, as if it stood in a file of that folder: run on a tree of its own under the project's own rules. */
function complaint(file: string, imported: string): string {
  const tree = mkdtempSync(join(tmpdir(), 'kaudit-tray-layers-'));
  try {
    copyFileSync(join(root, 'biome.json'), join(tree, 'biome.json'));
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    writeFileSync(join(tree, file), `import { thing } from '${imported}';\nexport const used = thing;\n`);
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'lint', file], {
      cwd: tree,
    });
    return `${stdout}${stderr}`;
  } finally {
    rmSync(tree, { recursive: true });
  }
}

describe('the layers', () => {
  test.each([
    ['renderer/views/home/home.tsx', '../../../main/kube/apply.ts', 'imports main/common and nothing else of main'],
    ['renderer/state/fleet-store.ts', '../../main/services.ts', 'imports main/common and nothing else of main'],
    ['renderer/components/button.tsx', '../state/fleet-store.ts', 'A component knows neither state nor client'],
    ['renderer/views/home/home.tsx', 'electron', 'Ask main through client'],
    ['renderer/views/home/home.tsx', 'node:fs', 'Node.js builtin'],
    ['main/common/document.ts', '../kube/apply.ts', 'main/common imports nothing outside itself'],
    ['main/common/document.ts', 'node:fs', 'Node.js builtin'],
    ['main/common/document.ts', 'electron', 'belongs to main/desktop'],
    ['main/state/clusters.ts', '@kubernetes/client-node', 'Only main/kube imports the Kubernetes client'],
    ['main/state/clusters.ts', 'electron', 'Only main/desktop imports electron'],
    ['main/services.ts', 'electron', 'Only main/desktop imports electron'],
    ['main/kube/apply.ts', '../state/store.ts', 'main/kube knows clusters only'],
    ['main/kube/apply.ts', 'electron', 'Only main/desktop imports electron'],
    ['main/desktop/window.ts', '@kubernetes/client-node', 'Only main/kube imports the Kubernetes client'],
    ['main/desktop/window.ts', '../browser/server.ts', 'The hosts do not know each other'],
    ['main/browser/server.ts', '../../renderer/main.tsx', 'main knows nothing of the page'],
  ])('%s may not import %s', (file, imported, message) => {
    expect(complaint(file, imported)).toContain(message);
  });

  test.each([
    ['renderer/views/home/home.tsx', '../../../main/common/fleet.ts'],
    ['main/common/document.ts', './integration.ts'],
    ['main/kube/apply.ts', '@kubernetes/client-node'],
    ['main/desktop/window.ts', 'electron'],
    ['main/state/clusters.ts', '../kube/kubeconfig.ts'],
  ])('%s may import %s', (file, imported) => {
    expect(complaint(file, imported)).not.toContain('noRestrictedImports');
  });
});
