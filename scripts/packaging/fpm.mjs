#!/usr/bin/env node
// Replaces fpm, which electron-builder downloads to make a deb or an rpm: the same arguments, carried out by
// Debian's dpkg-deb and rpmbuild. electron-builder runs it where CUSTOM_FPM_PATH names it, so that names, icons,
// entries, dependencies and scripts have electron-builder.yml as their one source. Plain JavaScript, for the machine's
// own Node.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
// An unknown argument is an error: what is not carried out must not be missed silently.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    source: { ...text, short: 's' },
    target: { ...text, short: 't' },
    force: { type: 'boolean' },
    depends: { ...text, short: 'd', multiple: true, default: [] },
    'deb-recommends': { ...text, multiple: true, default: [] },
    'deb-compression': text,
    'deb-priority': text,
    'rpm-os': text,
    'rpm-compression': text,
    'rpm-summary': text,
    architecture: text,
    'after-install': text,
    'after-remove': text,
    description: text,
    version: text,
    package: text,
    name: text,
    maintainer: text,
    vendor: text,
    url: text,
    license: text,
  },
});

const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-fpm-'));
try {
  const tree = join(directory, 'tree');
  const installed = positionals.map((pair) => {
    const at = pair.lastIndexOf('=');
    const [source, target] = [pair.slice(0, at), pair.slice(at + 1)];
    mkdirSync(dirname(join(tree, target)), { recursive: true });
    cpSync(source, join(tree, target), { recursive: true, verbatimSymlinks: true });
    return target;
  });
  normalise(tree);
  mkdirSync(dirname(values.package), { recursive: true });
  if (values.target === 'deb') makeDeb(tree);
  else if (values.target === 'rpm') makeRpm(tree, installed);
  else throw new Error(`no ${values.target} is made here`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** Everyone can read what is installed, whatever umask it was built with. */
function normalise(path) {
  const stat = statSync(path);
  const mode = stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644;
  chmodSync(path, mode);
  if (stat.isDirectory()) for (const name of readdirSync(path)) normalise(join(path, name));
}

function makeDeb(tree) {
  mkdirSync(join(tree, 'DEBIAN'));
  const [first, ...more] = values.description.split('\n');
  const control = [
    `Package: ${values.name}`,
    `Version: ${values.version}`,
    `License: ${values.license}`,
    `Vendor: ${values.vendor}`,
    `Architecture: ${values.architecture}`,
    `Maintainer: ${values.maintainer}`,
    `Installed-Size: ${Math.ceil(sizeOf(tree) / 1024)}`,
    `Depends: ${values.depends.join(', ')}`,
    `Recommends: ${values['deb-recommends'].join(', ')}`,
    'Section: default',
    `Priority: ${values['deb-priority']}`,
    `Homepage: ${values.url}`,
    `Description: ${first}`,
    ...more.map((line) => ` ${line.trim() || '.'}`),
  ];
  writeFileSync(join(tree, 'DEBIAN', 'control'), `${control.join('\n')}\n`);
  writeFileSync(join(tree, 'DEBIAN', 'postinst'), readFileSync(values['after-install']), { mode: 0o755 });
  writeFileSync(join(tree, 'DEBIAN', 'postrm'), readFileSync(values['after-remove']), { mode: 0o755 });
  run('dpkg-deb', ['--root-owner-group', `-Z${values['deb-compression'].replace('gz', 'gzip')}`, '--build', tree, values.package]);
}

function makeRpm(tree, installed) {
  const compression = { xzmt: 'w6T0.xzdio', gzip: 'w6.gzdio' }[values['rpm-compression']];
  if (compression === undefined) throw new Error(`no rpm is compressed by ${values['rpm-compression']} here`);
  // A per cent sign begins a macro.
  const plain = (value) => value.replaceAll('%', '%%');
  const spec = `
%global __os_install_post %{nil}
%global _build_id_links none
%global _binary_payload ${compression}
%global _topdir ${directory}/rpm
Name: ${values.name}
Version: ${values.version}
Release: 1
Summary: ${plain(values['rpm-summary'])}
License: ${values.license}
Vendor: ${plain(values.vendor)}
Packager: ${plain(values.maintainer)}
URL: ${values.url}
Group: default
AutoReqProv: no
${values.depends.map((each) => `Requires: ${each}`).join('\n')}
%description
${plain(values.description)}
%files
%defattr(-,root,root,-)
${installed.map((each) => `"${plain(each.replace(/\/$/, ''))}"`).join('\n')}
%post
${plain(readFileSync(values['after-install'], 'utf8'))}
%postun
${plain(readFileSync(values['after-remove'], 'utf8'))}
`;
  const specFile = join(directory, 'package.spec');
  writeFileSync(specFile, spec);
  const architecture = { amd64: 'x86_64', arm64: 'aarch64' }[values.architecture] ?? values.architecture;
  const args = ['-bb', '--target', `${architecture}-${values['rpm-os']}`, '--buildroot', tree, '--noclean', specFile];
  run('rpmbuild', args);
  const made = join(directory, 'rpm', 'RPMS', architecture);
  const [file] = readdirSync(made);
  rmSync(values.package, { force: true });
  try {
    renameSync(join(made, file), values.package);
  } catch {
    cpSync(join(made, file), values.package);
  }
}

function sizeOf(path) {
  const stat = statSync(path);
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 4096) : stat.size;
}

function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`);
}
