import { bigDocument, MANUAL, switchedOn } from './documents.ts';

const fill = (size: number, part: (index: number) => string, first = ''): string => {
  const parts = [first];
  for (let index = 0, length = first.length; length < size; index++) {
    const next = part(index);
    parts.push(next);
    length += next.length;
  }
  return parts.join('');
};

/**
 * Texts on which some step could take long, each of about that many characters. Reading, masking, merging and comparing
 * take linear time on all of them.
 */
export function hostileTexts(size: number): readonly (readonly [name: string, text: string])[] {
  const level = (at: number) => `- &a${at} [${Array(10).fill(at === 0 ? 'x' : `*a${at - 1}`)}]`;
  return [
    ['the vendor’s document, again and again', fill(size, () => switchedOn(MANUAL, 'all'))],
    ['the vendor’s manual, in comments', fill(size, () => MANUAL)],
    ['integrations', bigDocument(size)],
    // From the field: a third of it took ten seconds.
    ['comments with one key', fill(size, () => '# token: abcdefghij\n')],
    ['comments with a key each', fill(size, (index) => `# token: abcdefgh${index}\n`)],
    ['keys between comments', fill(size, (index) => `- val-k${index}: abcdefgh${index} # token: x${index}\n`)],
    ['one comment with many keys', `# ${fill(size, (index) => `http://u:abcdefgh${index}@h `)}\n`],
    ['one value with many keys', `- a: "${fill(size, (index) => `http://u:abcdefgh${index}@h `)}"\n`],
    ['one block with many keys', fill(size, (index) => `    token: abcdefgh${index}\n`, '- a: |\n')],
    ['one-key maps', fill(size, (index) => `    - http-api-token: abcdefgh${index}\n`, '- target:\n    - target-type: http-api\n')],
    [
      'references',
      fill(
        size,
        (i) => `- val-k${i}: abcdefgh${i}\n- {type: detections, target: {target-type: http-api, ref/http-api-token: val-k${i}}}\n`,
      ),
    ],
    ['aliases of one key', fill(size, () => '- {http-api-token: *k}\n', '- &k abcdefghijkl\n')],
    ['aliases of many keys', fill(size, () => '- token: *m\n', `- &m [${Array.from({ length: 90 }, (_, i) => `abcdefgh${i}`)}]\n`)],
    ['a long value behind aliases', fill(size, () => '- {a: *k}\n', `- &k ${'a'.repeat(size / 2)}\n`)],
    [
      'a long value behind aliases of integrations',
      fill(
        size,
        () => '- {type: detections, name: *k, target: {target-type: http-api, http-api-uri: *k}}\n',
        `- &k ${'a'.repeat(size / 2)}\n`,
      ),
    ],
    ['one key in many places', fill(size, () => '- {type: detections, name: abcdefghijkl, http-api-token: abcdefghijkl}\n')],
    ['keys in what is no YAML', fill(size, (index) => `http-api-token: abcdefgh${index}\n`, 'a: b: c\n')],
    ['open quotes behind keys', fill(size, () => 'token: "\n', 'a: b: c\n')],
    ['blank lines behind keys', fill(size, () => 'token: |\n\n\n\n', 'a: b: c\n')],
    ['equals signs', `- a: ${'token='.repeat(size / 6)}\n`],
    ['at signs', `- a: ${'u:p@'.repeat(size / 4)}\n`],
    ['half tokens', `- a: ${'-eyJ'.repeat(size / 4)}\n`],
    ['URLs with parameters', `- a: https://h/?${'a=1&'.repeat(size / 4)}\n`],
    ['anchors that multiply', Array.from({ length: 10 }, (_, at) => level(at)).join('\n')],
    [
      'brackets at the column of their key',
      fill(size, () => `- type: activity\n  target: {\n  target-type: syslog,\n  syslog-host: h\n  }#${'note '.repeat(9)}\n`),
    ],
    ['quotes at the column of their key', fill(size, () => `- type: activity\n  name: "a\n  ${'b '.repeat(9)}"\n`)],
    ['one bracket over many lines', `- type: [\n${'  a,\n'.repeat(size / 5)}  ]\n`],
    ['values that read as others', fill(size, (index) => `- name: 0${index % 8}7\n  http-api-token: ! '12345678901234567890'\n`)],
    ['fields that would merge', fill(size, () => "- '<<': {a: 1}\n")],
    ['odd names of anchors', fill(size, (index) => `- &a.${index} x\n`)],
    ['brackets', '['.repeat(size)],
    ['closed brackets', '['.repeat(1_000) + ']'.repeat(1_000)],
    ['maps in maps', '{a: '.repeat(1_000) + '}'.repeat(1_000)],
    ['dashes', '- '.repeat(size / 2)],
    ['explicit keys', '? '.repeat(size / 2)],
    ['deep blocks', Array.from({ length: Math.sqrt(size * 2) }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
    ['one plain line', `- ${'a'.repeat(size)}`],
    ['one quoted line', `- "${'a '.repeat(size / 2)}"`],
    ['an open quote', `- "${'a'.repeat(size)}`],
    ['a key of a line', `${'a'.repeat(size)}: b`],
    ['colons', `- ${'a: '.repeat(size / 3)}`],
    ['commas', `- [${','.repeat(size)}]`],
    ['a long flow list', `- [${'a,'.repeat(size / 2)}]`],
    ['a long flow map', `- {${'a,'.repeat(size / 2)}}`],
    ['many items', '- a\n'.repeat(size / 4)],
    ['many keys', `- ${fill(size, (index) => `key${index}: 1\n  `)}`],
    ['many duplicates', `- ${'a: 1\n  '.repeat(size / 7)}`],
    ['many documents', '---\n'.repeat(size / 4)],
    ['many anchors', `- ${'&a '.repeat(size / 3)}`],
    ['one comment', `#${'a'.repeat(size)}`],
    ['short comments', '# x\n'.repeat(size / 4)],
    ['carriage returns', '- a\r'.repeat(size / 4)],
  ];
}
