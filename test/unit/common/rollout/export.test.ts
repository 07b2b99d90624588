import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { EXPORT_FORMS, exportedChange } from '../../../../main/common/rollout/export.ts';
import { FULL } from '../../../support/full-run.ts';

const ref = { context: "it's", namespace: 'alcide-kaudit', name: 'kaudit-integration-a' };
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('- type: detections', '  ', '# ü', 'END', 'END_', "'", '$(touch x)', '', '\t', '- a: "b"', '\r'))
    .map((lines) => lines.join('\n')),
);
const change = (text: string) => ({ ref, text, secrets: [], presetName: () => undefined });
/** Parsers differ on lone surrogates. */
const wellFormed = texts.filter((text) => text.isWellFormed());

test('a patch and a values file contain exactly that text, as two YAML readers read them', () => {
  fc.assert(
    fc.property(wellFormed, (text) => {
      for (const read of [parse, load] as ((yaml: string) => unknown)[]) {
        expect(read(exportedChange(change(text), 'patch').text)).toEqual({ data: { 'audit-integration': text } });
        expect(read(exportedChange(change(text), 'values').text)).toEqual({ kauditIntegrationsFile: text });
      }
    }),
  );
});

// A shell for each text: slow where processes start slowly.
test('a command sends exactly that patch, to that ConfigMap only, and runs nothing of the text', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(
      wellFormed.filter((text) => !text.includes('\0')),
      (text) => {
        const { text: command } = exportedChange(change(text), 'kubectl');
        const said = execFileSync('bash', ['-c', `kubectl() { printf '%s\\n' "$#" "$2" "$4" "$7"; cat; }; ${command}`], {
          encoding: 'utf8',
        });
        const [count, context, namespace, name, ...patch] = said.split('\n');
        expect([count, context, namespace, name]).toEqual(['11', ref.context, ref.namespace, ref.name]);
        expect(parse(patch.join('\n'))).toEqual({ data: { 'audit-integration': text } });
      },
    ),
    { numRuns: FULL ? 40 : 10 },
  );
});

test('keys are placeholders that say whose they are; references stay', () => {
  const text =
    '- type: detections\n  target:\n    target-type: http-api\n    http-api-token: masked-key-1\n    ref/x: val-key\n# masked-key-2\n';
  const secrets = [
    { path: [0, 'target', 'http-api-token'], mask: 'masked-key-1', fingerprint: '8d10c2aa', preset: 'p' },
    { path: [], mask: 'masked-key-2', fingerprint: 'd9f820b1' },
  ];
  for (const form of EXPORT_FORMS) {
    const made = exportedChange({ ref, text, secrets, presetName: () => 'EU2\nrm -rf /' }, form);
    expect(made.text).toContain('http-api-token: <key-8d10c2aa>\n');
    expect(made.text).toContain('ref/x: val-key\n');
    expect(made.text).toContain('# <key-d9f820b1>\n');
    expect(made.text).toMatch(
      /^# A change to alcide-kaudit\/kaudit-integration-a, made in kAudit Tray\.\n# Replace the placeholders .*\n# {3}<key-8d10c2aa> .*EU2 rm -rf \/”\n/,
    );
    expect(made.text).not.toContain('masked-key');
    expect(made.placeholders).toHaveLength(2);
  }
});
