// Prints what CHANGELOG.md says of a version, for its release. Ends with an error where tag, package.json and
// CHANGELOG.md don't agree. node scripts/release-notes.mjs v1.2.3
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './node24.mjs';

/**
 * @param {string} tag
 * @param {string} version package.json's
 * @param {string} changelog
 * @returns {string}
 */
export function releaseNotes(tag, version, changelog) {
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, and package.json has version ${version}: they have to agree.`);
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find(
    (each) => each.startsWith(`[${version}]`) || each.startsWith(`${version} `) || each.startsWith(`${version},`),
  );
  if (section === undefined) throw new Error(`CHANGELOG.md has no section for ${version}.`);
  const [heading = '', ...lines] = section.split('\n');
  if (!/\d{4}-\d{2}-\d{2}/.test(heading)) throw new Error(`CHANGELOG.md gives ${version} no date: "## [${version}] - 2026-12-31".`);
  const notes = lines.join('\n').trim();
  if (notes === '') throw new Error(`CHANGELOG.md says nothing of ${version}.`);
  return notes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  try {
    console.log(releaseNotes(process.argv[2] ?? '', version, readFileSync(join(root, 'CHANGELOG.md'), 'utf8')));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
