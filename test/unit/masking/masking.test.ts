import { describe, expect, it, vi } from 'vitest';
import { editDocument, valueAt } from '../../../main/common/integration/document.ts';
import type { DocumentEdit } from '../../../main/common/yaml/value.ts';
import { Masking } from '../../../main/masking/masking.ts';
import { hideSecrets } from '../../../main/masking/replace.ts';

const ref = {
  context: 'prod',
  namespace: 'alcide-kaudit',
  name: 'kaudit-integration-prod',
  server: 'https://prod.example',
  uid: '1111',
};
const other = { ...ref, name: 'kaudit-integration-other' };
const A = '11111111-aaaa-4aaa-8aaa-111111111111';
const B = '22222222-bbbb-4bbb-8bbb-222222222222';

const text = `# kAudit
- type: detections
  target:
    target-type: http-api
    http-api-uri: https://api.coralogix.com/logs/v1/bulk
    http-api-token: "${A}"   # of the team
- type: selections
  target:
    target-type: http-api
    http-api-uri: https://api.coralogix.com/logs/v1/bulk
    http-api-token: ${B}
`;

function masking(): Masking {
  return new Masking();
}

function maskAt(masked: ReturnType<Masking['mask']>, index: number): string {
  const secret = masked.secrets[index];
  if (!secret) throw new Error(`no secret ${index}`);
  return secret.mask;
}

describe('masking a text', () => {
  it('leaves no key in it and says where each was', () => {
    const masked = masking().mask(ref, text);
    expect(masked.text).not.toContain(A);
    expect(masked.text).not.toContain(B);
    expect(masked.secrets.map(({ path, value }) => [path, value])).toEqual([
      [[0, 'target', 'http-api-token'], A],
      [[1, 'target', 'http-api-token'], B],
    ]);
  });

  it('forgets the secrets of too many texts, and knows the newest ones', () => {
    const own = masking();
    const keys = Array.from({ length: 100_001 }, (_, index) => ({ value: `secret-number-${index}` }));
    own.learn(ref, keys);
    expect(own.known(ref).secrets.size).toBe(1);
    expect(own.mask(ref, '- note: secret-number-100000\n- note: secret-number-99999\n').text).toMatch(
      /^- note: masked-key-\w+\n- note: secret-number-99999\n$/,
    );
  });

  it('uses the same mask for the same key of the same ConfigMap, and another one elsewhere', () => {
    const one = masking();
    const first = one.mask(ref, text);
    expect(one.mask(ref, text).text).toBe(first.text);
    expect(maskAt(one.mask(other, text), 0)).not.toBe(maskAt(first, 0));
    expect(maskAt(masking().mask(ref, text), 0)).not.toBe(maskAt(first, 0));
  });

  it('keeps the masks of keys whose entry moved, so that a diff shows the insertion only', () => {
    const one = masking();
    const before = one.mask(ref, text).text;
    const after = one.mask(ref, `- type: activity\n${text}`).text;
    expect(after).toBe(`- type: activity\n${before}`);
  });
});

describe('pieces of masks', () => {
  const keys = (from: number) => Array.from({ length: 500 }, (_, index) => `- http-api-token: key-${from + index}-abcdef\n`).join('');

  it('are not made for a text that only holds keys', () => {
    const own = masking();
    const add = vi.spyOn(Set.prototype, 'add');
    try {
      const { text: masked } = own.mask(ref, keys(0));
      expect(own.unmaskText(ref, masked).ok).toBe(true);
      // A mask has 17.
      expect(add.mock.calls.length).toBeLessThan(500 * 17);
    } finally {
      add.mockRestore();
    }
  });

  it('are refused, of masks from before and after the first search for them', () => {
    const own = masking();
    for (const from of [0, 500]) {
      const masked = own.mask(ref, keys(from));
      for (const index of [0, 499]) {
        const piece = maskAt(masked, index).slice(-9, -1);
        expect(own.unmaskText(ref, `# ${piece}\n`).ok).toBe(false);
      }
      expect(own.unmaskText(ref, '# detections\n').ok).toBe(true);
    }
  });
});

describe('hiding a text', () => {
  it('leaves no key in it, hides what a mask hides, and can’t be undone', () => {
    const texts = [text, `${text}broken: [\n`, text.replace(A, `user:${A}@host`), `# http-api-token: '${A}'\n${text}`];
    for (const raw of texts) {
      const served = masking();
      const masked = served.mask(ref, raw);
      const hidden = hideSecrets(raw);
      expect(hidden).not.toContain(A);
      expect(hidden).not.toContain(B);
      expect(hidden).toBe(masked.text.replaceAll(/masked-key-\w{24}/g, `masked-key-${'0'.repeat(24)}`));
      expect(served.unmaskText(ref, hidden)).toMatchObject({ ok: false });
    }
  });
});

describe('putting keys back into an edited text', () => {
  const samples: Record<string, string> = {
    'both quote styles and comments': text,
    CRLF: text.replaceAll('\n', '\r\n'),
    'no last line break': text.trimEnd(),
    'a block scalar': `- type: detections\n  target:\n    http-api-token: |\n      ${A}\n    stopped: true\n`,
    'escapes in double quotes': `- target: {http-api-token: "a\\u0062c\\"d-${A}", stopped: true}\n`,
    'a single-quoted key with a quote': `- target:\n    http-api-token: 'it''s-${A}'\n`,
    'a key of digits': '- target:\n    http-api-token: 00123456789012345\n',
    'credentials in a URL': `- target:\n    http-api-uri: "https://user:${A}@host.example/path"\n`,
    'a commented-out integration': `# - type: detections\n#   target:\n#     http-api-token: '${A}'\n#     shared-key: ${B}\n`,
    'invalid YAML': `- type: detections\n  target:\n http-api-token: "${A}"\n   : {\n`,
    'named values': `- val-cx-key: ${A}\n- type: detections\n  target:\n    ref/http-api-token: val-cx-key\n`,
    anchors: `- target: {http-api-token: &key ${A}}\n- target: {http-api-token: *key}\n`,
    'the older pairs': `- type: detections\n  target:\n    - - http-api\n      - {http-api-uri: https://api.coralogix.com/logs/v1/bulk, http-api-token: ${A}}\n`,
  };

  for (const [what, sample] of Object.entries(samples)) {
    it(`restores the original bytes where nothing was edited: ${what}`, () => {
      const one = masking();
      const masked = one.mask(ref, sample);
      expect(masked.secrets.length).toBeGreaterThan(0);
      expect(masked.text).not.toBe(sample);
      expect(one.unmaskText(ref, masked.text)).toEqual({ ok: true, text: sample });
    });
  }

  it('keeps the key when the text around it is edited', () => {
    const one = masking();
    const edited = one.mask(ref, text).text.replace('api.coralogix.com', 'ingress.coralogix.com');
    expect(one.unmaskText(ref, edited)).toEqual({ ok: true, text: text.replace('api.coralogix.com', 'ingress.coralogix.com') });
  });

  it('follows whole entries that were inserted before, removed or reordered', () => {
    const one = masking();
    const masked = one.mask(ref, text).text;
    const inserted = `- type: activity\n  target: {target-type: syslog}\n${masked}`;
    expect(one.unmaskText(ref, inserted)).toEqual({ ok: true, text: `- type: activity\n  target: {target-type: syslog}\n${text}` });
    const second = masked.slice(masked.indexOf('- type: selections'));
    expect(one.unmaskText(ref, second)).toEqual({ ok: true, text: text.slice(text.indexOf('- type: selections')) });
    const first = masked.slice(masked.indexOf('- type: detections'), masked.indexOf('- type: selections'));
    const swapped = one.unmaskText(ref, second + first);
    expect(swapped).toMatchObject({ ok: true });
    expect(swapped.ok && swapped.text.indexOf(B) < swapped.text.indexOf(A)).toBe(true);
  });

  it('restores the text of a preview in which entries had moved', () => {
    const one = masking();
    one.mask(ref, text);
    const preview = one.mask(ref, `- type: activity\n${text}`).text;
    one.mask(ref, text);
    expect(one.unmaskText(ref, preview.replace('selections', 'detections'))).toEqual({
      ok: true,
      text: `- type: activity\n${text}`.replace('selections', 'detections'),
    });
  });

  it('restores an early edit of a long draft again, after many later texts in which its entry moved', () => {
    const one = masking();
    const edited = `${one.mask(ref, text).text}# mine\n`;
    const moved = editDocument(text, [
      { op: 'move', from: 1, to: 0 },
      { op: 'set', path: [0, 'name'], value: 'first' },
      { op: 'set', path: [1, 'name'], value: 'second' },
      { op: 'set', path: [1, 'target', 'rate-limit'], value: 1 },
    ]);
    if (!moved.ok) throw new Error(moved.reason);
    for (let count = 0; count < 100; count++) one.mask(ref, `${moved.text}# ${count}\n`);
    expect(one.unmaskText(ref, edited, text)).toEqual({ ok: true, text: `${text}# mine\n` });
  });

  it('lets a key be commented out and in again', () => {
    const one = masking();
    const masked = one.mask(ref, text).text;
    const line = /^ +http-api-token: .*key.*$/m;
    const out = one.unmaskText(
      ref,
      masked.replace(line, (found) => `#${found}`),
    );
    const raw = text.replace(/^ +http-api-token: "/m, (found) => `#${found}`);
    expect(out).toEqual({ ok: true, text: raw });
    const commented = one.mask(ref, raw).text;
    expect(commented).not.toContain(A);
    expect(one.unmaskText(ref, commented.replace(/^#(?= +http-api-token)/m, ''))).toEqual({ ok: true, text });
  });

  it('refuses a key that is commented out and in again next to another URL', () => {
    const sample = text.replace('api.coralogix.com', 'one.example').replace('api.coralogix.com', 'two.example');
    const one = masking();
    const masked = one.mask(ref, sample).text;
    const line = /^ +http-api-token: .*key.*\n/m;
    const away = masked.replace(line, '').replace(/$/, masked.match(line)?.[0].replace('  ', '#  ') ?? '');
    expect(one.unmaskText(ref, away)).toMatchObject({ ok: false });
    const out = sample.replace(/^ +http-api-token: "/m, (found) => `#${found}`);
    const commented = one.mask(ref, out).text;
    const inAgain = commented.replace(/^#(?= +http-api-token)/m, '');
    expect(one.unmaskText(ref, inAgain)).toEqual({ ok: true, text: sample });
    expect(one.unmaskText(ref, inAgain.replace('one.example', 'evil.example'))).toMatchObject({ ok: false });
  });

  it('refuses anything added to a key that is uncommented', () => {
    const one = masking();
    const sample = `- type: detections\n  target:\n    http-api-uri: https://one.example\n    # http-api-token: ${A}\n`;
    const masked = one.mask(ref, sample).text;
    expect(one.unmaskText(ref, masked.replace('# http', 'http'))).toEqual({ ok: true, text: sample.replace('# http', 'http') });
    expect(one.unmaskText(ref, masked.replace('# http-api-token: ', 'http-api-token: Bearer '))).toMatchObject({ ok: false });
  });

  it('lets a new key replace a mask', () => {
    const one = masking();
    const masked = one.mask(ref, text);
    const edited = masked.text.replace(maskAt(masked, 1), 'new-key');
    expect(one.unmaskText(ref, edited)).toEqual({ ok: true, text: text.replace(B, 'new-key') });
  });

  const refused: Record<string, (masked: string, a: string, b: string) => string> = {
    'moved to another integration': (masked, a, b) => masked.replace(b, a).replace(a, 'new-key'),
    'copied over another one': (masked, a, b) => masked.replace(b, a),
    'swapped with another one': (masked, a, b) => masked.replace(a, 'x').replace(b, a).replace('x', b),
    'moved into another field': (masked, a) => masked.replace(`"${a}"`, 'none').replace('type: selections', `type: ${a}`),
    'put into the URL': (masked, a) => masked.replace('/logs/v1/bulk', `/logs/v1/bulk?key=${a}`),
    'copied into a comment': (masked, a) => `# http-api-token: ${a}\n${masked}`,
    'copied together with its entry': (masked) => masked + masked.slice(masked.indexOf('- type: selections')),
    'cut at its end': (masked, a) => masked.replace(a, a.slice(0, -3)),
    'cut at its start': (masked, a) => masked.replace(a, a.slice(14)),
    'made longer': (masked, a) => masked.replace(a, `${a}x`),
    'put next to other characters': (masked, a) => masked.replace(`"${a}"`, `"x ${a}"`),
    'moved along with a changed entry': (masked, _a) => `- type: activity\n${masked.replace('api.coralogix.com', 'evil.example')}`,
    invented: (masked, a) =>
      masked.replace(
        a,
        a.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      ),
  };

  for (const [what, change] of Object.entries(refused)) {
    it(`refuses a mask that was ${what}`, () => {
      const one = masking();
      const masked = one.mask(ref, text);
      const edited = change(masked.text, maskAt(masked, 0), maskAt(masked, 1));
      expect(edited).not.toBe(masked.text);
      const result = one.unmaskText(ref, edited);
      expect(result).toMatchObject({ ok: false });
      expect(JSON.stringify(result)).toMatch(/Enter the key again/);
      expect(JSON.stringify(result)).not.toMatch(new RegExp(`${A}|${B}`));
    });
  }

  it.each([
    ['another cluster of that context', { server: 'https://other.example' }],
    ['a ConfigMap that took its place', { uid: '2222' }],
  ])('refuses masks in %s', (_, change) => {
    const one = masking();
    const masked = one.mask(ref, text).text;
    const now = { ...ref, ...change };
    one.mask(now, text.replace(A, 'x').replace(B, 'y'));
    expect(one.unmaskText(now, masked)).toMatchObject({ ok: false, reason: expect.stringContaining('Enter the key again') });
    const edit: DocumentEdit = { op: 'set', path: [0, 'target', 'http-api-token'], value: maskAt(one.mask(ref, text), 0) };
    expect(one.unmaskEdits(now, [edit], text)).toMatchObject({ ok: false });
    expect(one.unmaskText(ref, masked)).toEqual({ ok: true, text });
  });

  it('refuses masks of another ConfigMap and of another run, and says which', () => {
    const one = masking();
    one.mask(ref, text);
    expect(one.unmaskText(ref, one.mask(other, text).text)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('another ConfigMap'),
    });
    expect(one.unmaskText(ref, masking().mask(ref, text).text)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('an earlier run'),
    });
  });

  it('doesn’t let two keys change places in comments or by way of invalid YAML', () => {
    const one = masking();
    const sample = `# - http-api-token: ${A}\n# - http-api-token: ${B}\n`;
    const masked = one.mask(ref, sample);
    const swapped = masked.text
      .replace(maskAt(masked, 0), 'x')
      .replace(maskAt(masked, 1), maskAt(masked, 0))
      .replace('x', maskAt(masked, 1));
    expect(one.unmaskText(ref, swapped)).toMatchObject({ ok: false });
  });
});

describe('resolving masks in edits', () => {
  function apply(one: Masking, edit: DocumentEdit, raw = text) {
    const resolved = one.unmaskEdits(ref, [edit], raw);
    return resolved.ok ? editDocument(raw, resolved.edits) : resolved;
  }

  it('makes no change for a mask that is set on its own path', () => {
    const one = masking();
    const mask = maskAt(one.mask(ref, text), 0);
    const edit: DocumentEdit = { op: 'set', path: [0, 'target', 'http-api-token'], value: mask };
    expect(one.unmaskEdits(ref, [edit], text)).toEqual({ ok: true, edits: [] });
    expect(apply(one, edit)).toEqual({ ok: true, text });
  });

  it('recognises a key after the entries before it moved', () => {
    const one = masking();
    const mask = maskAt(one.mask(ref, text), 0);
    const edits: DocumentEdit[] = [
      { op: 'insert', index: 0, value: { type: 'activity' } },
      { op: 'set', path: [1, 'target', 'http-api-token'], value: mask },
    ];
    expect(one.unmaskEdits(ref, edits, text)).toEqual({ ok: true, edits: [edits[0]] });
  });

  it('restores a key that an earlier edit had replaced', () => {
    const one = masking();
    const mask = maskAt(one.mask(ref, text), 1);
    const replaced = text.replace(B, 'something-else');
    expect(apply(one, { op: 'set', path: [1, 'target', 'http-api-token'], value: mask }, replaced)).toEqual({ ok: true, text });
  });

  it('keeps the key in a target that is rewritten in another shape, next to the same URL only', () => {
    const one = masking();
    const mask = maskAt(one.mask(ref, text), 1);
    const target = (uri: string) => [
      { 'target-type': 'http-api', 'http-api-uri': uri, 'http-api-token': mask },
      { 'target-type': 'syslog' },
    ];
    const kept = apply(one, { op: 'set', path: [1, 'target'], value: target('https://api.coralogix.com/logs/v1/bulk') });
    expect(kept).toMatchObject({ ok: true, text: expect.stringContaining(B) });
    expect(apply(one, { op: 'set', path: [1, 'target'], value: target('https://evil.example/') })).toMatchObject({ ok: false });
  });

  it('keeps a key of digits a number', () => {
    const one = masking();
    const sample = '- target:\n    http-api-token: 1234567890\n    stopped: true\n';
    const mask = maskAt(one.mask(ref, sample), 0);
    const resolved = one.unmaskEdits(ref, [{ op: 'set', path: [0, 'target'], value: { 'http-api-token': mask } }], sample);
    expect(resolved).toEqual({ ok: true, edits: [{ op: 'set', path: [0, 'target'], value: { 'http-api-token': 1234567890 } }] });
  });

  it.each([
    ["!!int '0777777777'", "'0777777777'"],
    ['!!float 61e95401234', "'61e95401234'"],
    ['!!null abcdef0123456789', "'abcdef0123456789'"],
    ['!!binary aGVsbG8gd29ybGQh', "'aGVsbG8gd29ybGQh'"],
    ["! '12345678901234567890'", "'12345678901234567890'"],
  ])('hides a key with its type, and restores its spelling, or puts quotes in its place: %s', (spelling, quoted) => {
    const one = masking();
    const sample = (key: string) => `- target:\n    http-api-token: ${key}\n    stopped: true\n`;
    const masked = one.mask(ref, sample(spelling));
    expect(masked.text).not.toContain(quoted.slice(1, -1));
    expect(valueAt(masked.text, [0, 'target', 'http-api-token'])).toBe(maskAt(masked, 0));
    expect(one.unmaskText(ref, masked.text, sample(spelling))).toEqual({ ok: true, text: sample(spelling) });
    const changed = masked.text.replace(/(?:! )?'?(masked-key-[\w-]+)'?/, "'$1'");
    expect(one.unmaskText(ref, changed, sample(spelling))).toEqual({ ok: true, text: sample(quoted) });
  });

  it('changes the host of a URL whose password is masked', () => {
    const one = masking();
    const sample = `- target:\n    http-api-uri: https://user:${A}@one.example/path\n`;
    const masked = one.mask(ref, sample).text;
    const url = /https:\S+/.exec(masked)?.[0].replace('one.example', 'two.example') ?? '';
    expect(apply(one, { op: 'set', path: [0, 'target', 'http-api-uri'], value: url }, sample)).toEqual({
      ok: true,
      text: sample.replace('one.example', 'two.example'),
    });
  });

  const path = [0, 'target', 'http-api-token'];
  const refused: Record<string, (a: string, b: string) => DocumentEdit> = {
    'set on another integration': (a) => ({ op: 'set', path: [1, 'target', 'http-api-token'], value: a }),
    'set on another field': (a) => ({ op: 'set', path: [0, 'target', 'http-api-uri'], value: a }),
    'set as the name of a field': (a) => ({ op: 'set', path: [0, 'target'], value: { [a]: 'x' } }),
    'inserted with a new entry': (a) => ({ op: 'insert', index: 0, value: { target: { 'http-api-token': a } } }),
    'put behind a word': (a) => ({ op: 'set', path, value: `Bearer ${a}` }),
    'put before a blank': (a) => ({ op: 'set', path, value: `${a} ` }),
    cut: (a) => ({ op: 'set', path, value: a.slice(0, 20) }),
    'cut at its start': (a) => ({ op: 'set', path, value: a.slice(13) }),
    'part of another value': (a) => ({ op: 'set', path: [0, 'target', 'http-api-uri'], value: `https://evil.example/?key=${a}` }),
  };
  for (const [what, edit] of Object.entries(refused)) {
    it(`refuses a mask that is ${what}`, () => {
      const one = masking();
      const masked = one.mask(ref, text);
      const result = one.unmaskEdits(ref, [edit(maskAt(masked, 0), maskAt(masked, 1))], text);
      expect(result).toMatchObject({ ok: false, reason: expect.stringContaining('Enter the key again') });
    });
  }

  it('refuses a mask at a place that it only had in a preview', () => {
    const one = masking();
    const mask = maskAt(one.mask(ref, text), 0);
    one.mask(ref, `- type: activity\n${text}`);
    const edit: DocumentEdit = { op: 'set', path: [1, 'target', 'http-api-token'], value: mask };
    expect(one.unmaskEdits(ref, [edit], text)).toMatchObject({ ok: false });
  });

  it('refuses a mask of another ConfigMap', () => {
    const one = masking();
    one.mask(ref, text);
    const foreign = maskAt(one.mask(other, text), 0);
    expect(one.unmaskEdits(ref, [{ op: 'set', path, value: foreign }], text)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('another ConfigMap'),
    });
  });

  it('leaves other edits unchanged', () => {
    const edits: DocumentEdit[] = [
      { op: 'set', path, value: 'a-new-key' },
      { op: 'move', from: 0, to: 1 },
      { op: 'remove', path: [0] },
    ];
    expect(masking().unmaskEdits(ref, edits, text)).toEqual({ ok: true, edits });
  });
});

describe('a key next to its URL', () => {
  const target = (name: string, key = `Sentinel-${name}`) =>
    `- type: detections\n  target:\n    target-type: http-api\n    http-api-uri: https://api.${name}.example/logs\n    http-api-token: ${key}\n`;
  const both = target('one') + target('two');
  /** The first integration is gone, so the second has its position now. */
  const left = target('two');
  const path = [0, 'target', 'http-api-token'];

  it('isn’t put next to the URL that has its position now, by the text', () => {
    const one = masking();
    const mask = maskAt(one.mask(ref, both), 0);
    one.mask(ref, left);
    expect(one.unmaskText(ref, target('two', mask), left)).toMatchObject({ ok: false });
    // Next to its own URL it is restored.
    expect(one.unmaskText(ref, target('one', mask), left)).toEqual({ ok: true, text: target('one') });
  });

  it('isn’t put next to the URL that has its position now, by an edit', () => {
    const one = masking();
    const mask = maskAt(one.mask(ref, both), 0);
    one.mask(ref, left);
    expect(one.unmaskEdits(ref, [{ op: 'set', path, value: mask }], left)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('was moved or copied'),
    });
    const emptied = target('one', '""');
    one.mask(ref, emptied);
    expect(one.unmaskEdits(ref, [{ op: 'set', path, value: mask }], emptied)).toEqual({
      ok: true,
      edits: [{ op: 'set', path, value: 'Sentinel-one' }],
    });
  });
});
