// Makes every icon in assets/ from its drawing: the app's from assets/icon.svg, the tray's from the shapes below, whose SVGs are written too.
// Needs rsvg-convert (Debian: librsvg2-bin). Run it after a change of a drawing and commit what it writes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const assets = fileURLToPath(new URL('../assets/', import.meta.url));

// A 16 × 16 grid. `body` is filled, `sign` is cut out of it; both together tell the states apart without colour.
const SHIELD = 'M8 .7 14 2.9V7.6C14 11.2 11.6 13.9 8 15.3 4.4 13.9 2 11.2 2 7.6V2.9Z';
const line = (d, width = 2) =>
  `<path d="${d}" fill="none" stroke="#000" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
const STATES = {
  ok: { body: `<path d="${SHIELD}"/>`, sign: line('M5.1 8.2 7.2 10.3 11 5.9') },
  paused: { body: `<path d="${SHIELD}"/>`, sign: line('M6.2 5.6V10.2M9.8 5.6V10.2') },
  unknown: {
    body: `<path d="${SHIELD}" transform="translate(8 8) scale(.88) translate(-8 -8)" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linejoin="round"/><path d="M6.2 6.2A1.9 1.9 0 1 1 8.9 7.8C8.2 8.2 8 8.5 8 9.1" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/><circle cx="8" cy="11.3" r="1"/>`,
    sign: '',
  },
  attention: {
    body: '<path d="M8 2 14.6 13.7H1.4Z" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>',
    sign: `${line('M8 5.9V9.3')}<circle cx="8" cy="12.1" r="1.15" fill="#000"/>`,
  },
  failing: {
    body: '<path d="M5.1 .8H10.9L15.2 5.1V10.9L10.9 15.2H5.1L.8 10.9V5.1Z"/>',
    sign: line('M5.4 5.4 10.6 10.6M10.6 5.4 5.4 10.6', 2.1),
  },
};
// Panels are light or dark, and not always as the system says: each colour stays readable on the other one.
const COLOURS = {
  light: { ok: '#0f766e', paused: '#57606a', unknown: '#57606a', attention: '#b45309', failing: '#c4242c' },
  dark: { ok: '#2dd4bf', paused: '#aab4be', unknown: '#aab4be', attention: '#f5b83d', failing: '#ff6b6b' },
};

function drawing({ body, sign }, colour) {
  const cut = sign === '' ? '' : `<mask id="sign"><rect width="16" height="16" fill="#fff"/>${sign}</mask>`;
  const mask = sign === '' ? '' : ' mask="url(#sign)"';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" color="${colour}">${cut}<g fill="currentColor"${mask}>${body}</g></svg>\n`;
}

function png(svg, size) {
  return execFileSync('rsvg-convert', ['--width', String(size), '--height', String(size)], { input: svg });
}

/** Windows' container: a directory of images, each a whole PNG. */
function ico(svg, sizes) {
  const images = sizes.map((size) => ({ size, data: png(svg, size) }));
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach(({ size, data }, index) => {
    const at = 6 + 16 * index;
    // 0 stands for 256.
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(data.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += data.length;
  });
  return Buffer.concat([header, ...images.map(({ data }) => data)]);
}

/** macOS' container: a four-letter type for each size, each a whole PNG. */
function icns(svg) {
  const types = { ic07: 128, ic08: 256, ic09: 512, ic10: 1024, ic11: 32, ic12: 64, ic13: 256, ic14: 512 };
  const images = Object.entries(types).map(([type, size]) => {
    const data = png(svg, size);
    const header = Buffer.from(`${type}\0\0\0\0`, 'latin1');
    header.writeUInt32BE(data.length + 8, 4);
    return Buffer.concat([header, data]);
  });
  const header = Buffer.from('icns\0\0\0\0', 'latin1');
  const all = Buffer.concat([header, ...images]);
  all.writeUInt32BE(all.length, 4);
  return all;
}

function write(name, data) {
  writeFileSync(`${assets}${name}`, data);
}

mkdirSync(`${assets}tray`, { recursive: true });
mkdirSync(`${assets}icons`, { recursive: true });

for (const [state, shape] of Object.entries(STATES)) {
  const template = drawing(shape, '#000');
  write(`tray/${state}Template.svg`, template);
  write(`tray/${state}Template.png`, png(template, 16));
  write(`tray/${state}Template@2x.png`, png(template, 32));
  for (const panel of ['light', 'dark']) {
    const coloured = drawing(shape, COLOURS[panel][state]);
    // Linux' panels scale what they get: 22 is the usual height, 44 its double.
    write(`tray/${state}-${panel}.png`, png(coloured, 22));
    write(`tray/${state}-${panel}@2x.png`, png(coloured, 44));
    write(`tray/${state}-${panel}.ico`, ico(coloured, [16, 20, 24, 32, 48]));
  }
}

const icon = readFileSync(`${assets}icon.svg`);
write('icon.png', png(icon, 512));
write('icon.ico', ico(icon, [16, 24, 32, 48, 64, 128, 256]));
write('icon.icns', icns(icon));
// Linux' icon theme has a folder per size.
for (const size of [16, 24, 32, 48, 64, 128, 256, 512]) write(`icons/${size}x${size}.png`, png(icon, size));
