// How comments, docs, titles of tests and strings on screen are written: `docs/writing.md` has the rules and the
// glossary, which this file reads from its table. `npm run check` runs it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { root } from './node24.mjs';

/** Comment lines in main as percent of its code lines. */
export const MOST_COMMENTS = 8;
const WIDEST = 120;
/** Words. `docs/writing.md` asks for 25. */
const LONGEST_SENTENCE = 30;

const SOURCES = ['main', 'renderer', 'scripts', 'test'];
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs'];

/** The files and folders that each rule is about. */
const DONE = {
  columns: SOURCES,
  words: [...SOURCES, ...PAGES],
  sentences: [...SOURCES, ...PAGES],
  strings: ['main', 'renderer'],
  titles: ['test'],
  tables: ['main', 'renderer'],
};

/** Their strings are the words of a Kubernetes API server, of Coralogix or of Java. */
const OTHER_STRINGS = ['main/demo/cluster', 'main/demo/ingest', 'main/common/integration/java/java-escapes.ts'];

/** The demo plays servers and their documents. */
const WITHOUT_TABLE = ['main/demo', 'renderer/main.tsx'];
/** It quotes what it refuses. */
const STYLE_GUIDE = 'docs/writing.md';

/**
 * The refused words of the style guide's glossary, in lower case, with what to write instead.
 * @param {string} page text of docs/writing.md
 * @returns {ReadonlyMap<string, string>}
 */
export function glossary(page) {
  const section = /^## Glossary$(.*?)(?=^## |(?!.))/ms.exec(page)?.[1] ?? '';
  const rows = [...section.matchAll(/^\| (.+?) +\| (.*`.*) \|$/gm)];
  return new Map(rows.flatMap(([, write, refused]) => [...refused.matchAll(/`([^`]+)`/g)].map(([, word]) => [word.toLowerCase(), write])));
}

/**
 * The comments of a source with everything else blanked out, its code with the comments blanked out, and its prose: the
 * comments with `|` for each character of code, which ends a sentence. Lines and columns stay.
 * @param {string} file
 * @param {string} source
 */
export function split(file, source) {
  const blank = (text) => text.replace(/[^\n]/g, ' ');
  let [comments, code, prose] = ['', '', ''];
  let at = 0;
  const add = (text, comment) => {
    comments += blank(text) + comment;
    code += text + blank(comment);
    prose += text.replace(/\S/g, '|') + comment;
    at += text.length + comment.length;
  };
  for (const { start, end } of parseSync(file, source).comments) add(source.slice(at, start), source.slice(start, end));
  add(source.slice(at), '');
  return { comments, code, prose };
}

const NOT_SHOWN = new Set(['ImportDeclaration', 'ExportAllDeclaration', 'TSLiteralType']);
/** Names of keys on a keyboard, as browsers give them. */
const KEYS = /^'(?:Enter|Escape|Tab|Home|End|Delete|Backspace|Alt|Control|Meta|Shift)'$/;
const NOT_WORDS = new Set(['className', 'd', 'viewBox', 'transform']);

/**
 * What a source may show: strings with a space, templates with `~` for what they insert, and the text of JSX.
 * @param {string} file
 * @param {string} source
 * @returns {readonly { readonly start: number, readonly end: number, readonly text: string }[]} `text` is as long as in
 * the source
 */
export function shownStrings(file, source) {
  const shown = [];
  const visit = (node, parent) => {
    if (Array.isArray(node)) {
      for (const part of node) visit(part, parent);
      return;
    }
    if (typeof node !== 'object' || node === null || NOT_SHOWN.has(node.type)) return;
    if (node.type === 'JSXAttribute' && NOT_WORDS.has(node.name.name)) return;
    const { type, start, end } = node;
    const written = source.slice(start, end);
    if (type === 'JSXText' && /\p{L}/u.test(written)) shown.push({ start, end, text: written });
    const isLabel = file.startsWith('renderer/') && /^'\p{Lu}\p{Ll}+[.:…]?'$/u.test(written) && !KEYS.test(written);
    if (isString(node) && (isLabel || /\S\s+\S/.test(written)) && !isCompared(parent)) shown.push(withoutInserted(node, source));
    for (const part of Object.values(node)) visit(part, node);
  };
  visit(parseSync(file, source).program, undefined);
  return shown;
}

function isString({ type, value }) {
  return type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string');
}

/** The text of a string, or of a template with `~` for what it inserts. */
function withoutInserted({ start, end, expressions }, source) {
  const chars = source.slice(start, end).split('');
  for (const inserted of expressions ?? [])
    for (let at = inserted.start - 2; at < inserted.end + 1; at += 1) if (/\S/.test(source[at])) chars[at - start] = '~';
  return { start: start + 1, end: end - 1, text: chars.join('').slice(1, -1) };
}

/** vitest's functions, and the suites' own that take a title: `describeWith(requirements, title, …)`. */
const TAKES_TITLE = /^(?:describe\w*|it|test|\w+Test)$/;

/**
 * The titles of tests, suites and tables of cases.
 * @param {string} file
 * @param {string} source
 * @returns {readonly { readonly start: number, readonly end: number, readonly text: string }[]} `text` is as long as in
 * the source
 */
export function testTitles(file, source) {
  const titles = [];
  const literals = (node) => {
    if (node.type === 'ConditionalExpression') return [...literals(node.consequent), ...literals(node.alternate)];
    return isString(node) ? [node] : [];
  };
  const visit = (node) => {
    if (Array.isArray(node)) {
      for (const part of node) visit(part);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    if (node.type === 'CallExpression' && TAKES_TITLE.test(calledName(node.callee))) {
      const [first, second] = node.arguments.map(literals);
      for (const title of first?.length ? first : (second ?? [])) titles.push(withoutInserted(title, source));
    }
    for (const part of Object.values(node)) visit(part);
  };
  visit(parseSync(file, source).program);
  return titles;
}

// `test` of `test.skipIf(…).each(…)`.
function calledName({ type, name, object, callee, tag }) {
  if (type === 'Identifier') return name;
  const inner = object ?? callee ?? tag;
  return inner === undefined ? '' : calledName(inner);
}

// A string that other text is compared with is the word of a server or of a file, not ours.
function isCompared(parent) {
  const called = parent?.type === 'CallExpression' && parent.callee.type === 'MemberExpression' ? parent.callee.property.name : '';
  return ['===', '!=='].includes(parent?.operator) || ['includes', 'startsWith', 'endsWith', 'split', 'indexOf'].includes(called);
}

/**
 * Strings of a source, as `shownStrings` and `testTitles` find them. Everything else is `|`, which ends a sentence.
 * Lines and columns stay.
 * @param {string} source
 * @param {readonly { readonly start: number, readonly end: number, readonly text: string }[]} strings
 */
export function textOf(source, strings) {
  const chars = source.replace(/\S/g, '|').split('');
  for (const { start, end, text } of strings) {
    const prose = text.replaceAll('\\n', '||').replaceAll('’', "'");
    for (let at = start; at < end; at += 1) chars[at] = prose[at - start];
  }
  return chars.join('');
}

/** The tables of strings: one in each room. */
const TABLE = /(?:^|\/)(?:strings|field-table)\.ts$/;

/** What looks like words and isn't ours to say: headers, policies, queries, selectors, keys of maps, others' names. */
const FOR_MACHINES = [
  /^(?:Bearer|Basic) |^(?:image|text|application)\/|^(?:GET, HEAD|no-store|max-age=|<!doctype|: alive|: subscribed|data: )/,
  /^(?:default|script|style|img|font|connect)-src |^(?:base-uri|form-action|frame-ancestors) |^noreferrer /,
  /^\| filter |^source |^aggregate count|^\(?\$l\.|^curl |^--(?:header|data-binary) ~/,
  /^\((?:prefers|max|min)-|^(?:main |input|button, |\.|&\.|\d+px )/,
  /^[a-z]+(?:-[a-z]+)*(?: [a-z~]+(?:-[a-z~]+)+)+$/,
  /^(?:cluster|configMap|kaudit|cause|unsettled|separator|test|context|key|proxy) ~|^~+ running$/,
  /^(?:Cn Lu|Blank Cntrl|alphabetic |noncharacter_|emoji_|Application Support|\\0AUTH |\[Desktop Entry\])/,
  /^~*kauditIntegrationsFile: |^(?:data|binaryData):\\n|^~*kubectl /,
  // A programmer's own, for the log.
  /^(?:Unhandled|Uncaught) /,
];

/**
 * The sentences of a source that belong in the strings table of its room.
 * @param {string} file
 * @param {string} source
 * @returns {readonly string[]}
 */
export function strayComplaints(file, source) {
  if (TABLE.test(file)) return [];
  return shownStrings(file, source)
    .map(({ start, text }) => ({ start, words: text.replaceAll(/~+/g, '~').trim() }))
    .filter(({ words }) => /\p{L}{2,}[^\s~]*\s+\S|\S\s+[^\s~]*\p{L}{2,}/u.test(words) || /^\p{Lu}\p{Ll}+$/u.test(words))
    .filter(({ words }) => !FOR_MACHINES.some((pattern) => pattern.test(words)))
    .map(({ start, words }) => `${file}:${lineOf(source, start)}: “${words.slice(0, 60)}” is shown. Move it to strings.ts of its room.`);
}

/** Lines with nothing but a comment, and lines with code. */
export function count(file, source) {
  const { code, comments } = split(file, source);
  const commentLines = comments.split('\n');
  const written = code.split('\n').map((line) => line.trim() !== '');
  return {
    code: written.filter(Boolean).length,
    comments: commentLines.filter((line, at) => !written[at] && line.trim() !== '').length,
  };
}

/**
 * Where a text uses refused words.
 * @param {string} file named in the messages
 * @param {string} text prose as `split` returns it, or a page
 * @param {ReadonlyMap<string, string>} refused
 * @returns {readonly string[]}
 */
export function wordComplaints(file, text, refused) {
  const prose = withoutCode(text);
  // A phrase may continue in the next line, after a comment's marks.
  const phrases = [...refused.keys()]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replaceAll('.', '\\.').replaceAll(' ', String.raw`(?: +|[^\S\n]*\n[ */]*)`));
  if (phrases.length === 0) return [];
  return [...prose.matchAll(new RegExp(String.raw`(?<![\w-])(?:${phrases.join('|')})(?![\w-])`, 'gi'))].map(({ 0: found, index }) => {
    const word = found.replace(/[\s*/]+/g, ' ');
    return `${file}:${lineOf(prose, index)}: “${word}”. Write: ${refused.get(word.toLowerCase())}.`;
  });
}

/**
 * Which sentences of a text are too long.
 * @param {string} file named in the messages
 * @param {string} text prose as `split` returns it, or a page
 * @returns {readonly string[]}
 */
export function sentenceComplaints(file, text) {
  const sentences = /(?:(?!\n[ /*]*\n|\n[ /*]*(?:[-#|@]|\d+\.)|[.!?:;][*)”"]*\s|\|).)+/gs;
  return [...withoutCode(text).matchAll(sentences)].flatMap(({ 0: sentence, index }) => {
    const words = sentence.match(/[\p{L}\p{N}][^\s/*]*/gu)?.length ?? 0;
    if (words <= LONGEST_SENTENCE) return [];
    const line = lineOf(text, index + sentence.search(/\S/));
    return [`${file}:${line}: a sentence of ${words} words; at most ${LONGEST_SENTENCE}. Make it two.`];
  });
}

/**
 * Which lines with a comment are too wide.
 * @param {string} file named in the messages
 * @param {string} source
 * @param {string} comments as `split` returns them
 * @returns {readonly string[]}
 */
export function columnComplaints(file, source, comments) {
  const commentLines = comments.split('\n');
  return source.split('\n').flatMap((line, at) => {
    if (line.length <= WIDEST || commentLines[at].trim() === '') return [];
    return [`${file}:${at + 1}: a comment in a line of ${line.length} columns; at most ${WIDEST}.`];
  });
}

// Quoted code and addresses are not prose. They keep their length and count as one word.
function withoutCode(text) {
  const cover = (code) => code.replace(/[^\n]/g, '_');
  return text
    .replace(/^```.*?^```/gms, (code) => code.replace(/[^\n]/g, ' '))
    .replace(/`[^`\n]+`/g, cover)
    .replace(/(?<=\])\([^)\n]*\)/g, cover)
    .replace(/\bhttps?:\S+/g, cover);
}

function isIn(places, file) {
  return places.some((place) => file === place || file.startsWith(`${place}/`));
}

function lineOf(text, index) {
  return text.slice(0, index).split('\n').length;
}

/**
 * Everything that is wrong with a tree.
 * @param {string} top a checkout, or a tree like one
 * @param {typeof DONE} done which files have to satisfy which rule
 * @param {number} mostComments percent
 * @returns {readonly string[]}
 */
export function checkTree(top, done = DONE, mostComments = MOST_COMMENTS) {
  const refused = glossary(readFileSync(join(top, STYLE_GUIDE), 'utf8'));
  const problems = [];
  const lines = { comments: 0, code: 0 };
  const has = (rule, file) => isIn(done[rule], file);
  const judge = (file, text) => {
    if (has('words', file)) problems.push(...wordComplaints(file, text, refused));
    if (has('sentences', file)) problems.push(...sentenceComplaints(file, text));
  };

  for (const file of filesIn(top, SOURCES, /\.(tsx?|mjs)$/)) {
    const source = readFileSync(join(top, file), 'utf8');
    const { comments, prose } = split(file, source);
    if (has('columns', file)) problems.push(...columnComplaints(file, source, comments));
    judge(file, prose);
    if (has('tables', file) && !isIn(WITHOUT_TABLE, file)) problems.push(...strayComplaints(file, source));
    const shown = has('strings', file) && !isIn(OTHER_STRINGS, file) ? shownStrings(file, source) : [];
    const titles = has('titles', file) ? testTitles(file, source) : [];
    const text = textOf(source, [...shown, ...titles]);
    problems.push(...wordComplaints(file, text, refused), ...sentenceComplaints(file, text));
    if (!file.startsWith('main/')) continue;
    const own = count(file, source);
    lines.comments += own.comments;
    lines.code += own.code;
  }
  for (const file of filesIn(top, PAGES, /\.md$/)) if (file !== STYLE_GUIDE) judge(file, readFileSync(join(top, file), 'utf8'));

  const share = (100 * lines.comments) / lines.code;
  if (share > mostComments)
    problems.push(
      `main has ${lines.comments} comment lines for ${lines.code} code lines: ${share.toFixed(2)} %; at most ${mostComments} %. Remove what the code says.`,
    );
  return problems;
}

function filesIn(top, places, names) {
  return places
    .flatMap((place) => walk(join(top, place)))
    .map((file) => relative(top, file).split(sep).join('/'))
    .filter((file) => names.test(file));
}

function walk(path) {
  if (!existsSync(path)) return [];
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name);
    return entry.isDirectory() ? walk(inside) : entry.isFile() ? [inside] : [];
  });
}

// `node scripts/prose.mjs [TREE]`
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkTree(process.argv[2] ?? root);
  for (const problem of problems) console.error(problem);
  process.exit(problems.length === 0 ? 0 : 1);
}
