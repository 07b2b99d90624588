// Makes every icon in assets/ from its drawing: the app's from assets/icon.svg, the tray's from the shapes below, whose
// SVGs are written too. Needs rsvg-convert (Debian: librsvg2-bin). Run it after a change of a drawing and commit what
// it writes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const assets = fileURLToPath(new URL('../assets/', import.meta.url));

// A 16 × 16 grid. `body` is filled, `sign` is cut out of it. Together they distinguish the states without colour.
const SHIELD = 'M8 .7 14 2.9V7.6C14 11.2 11.6 13.9 8 15.3 4.4 13.9 2 11.2 2 7.6V2.9Z';
const line = (d, width = 2) =>
  `<path d="${d}" fill="none" stroke="#000" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
// Edges are on whole pixels of the smallest size, 16, where the shapes must be easy to distinguish.
const STATES = {
  ok: { body: `<path d="${SHIELD}"/>`, sign: line('M5.1 8.2 7.2 10.3 11 5.9') },
  paused: { body: `<path d="${SHIELD}"/>`, sign: line('M6 5.5V10.5M10 5.5V10.5') },
  unknown: {
    body: `<path d="M8 1.4 13.4 3.4V7.6C13.4 10.9 11.2 13.3 8 14.6 4.8 13.3 2.6 10.9 2.6 7.6V3.4Z" fill="none" stroke="currentColor" stroke-width="1.2" stroke-linejoin="round"/><path d="M6 6.1A2 2 0 1 1 8.9 7.7C8.2 8.1 8 8.4 8 9" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/><rect x="7" y="10.4" width="2" height="2" rx=".6"/>`,
    sign: '',
  },
  attention: {
    body: '<path d="M8 2 14.6 14H1.4Z" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>',
    sign: `${line('M8 6V9')}<rect x="7" y="11.2" width="2" height="2" rx=".5" fill="#000"/>`,
  },
  failing: {
    body: '<path d="M5 1H11L15 5V11L11 15H5L1 11V5Z"/>',
    sign: line('M5.5 5.5 10.5 10.5M10.5 5.5 5.5 10.5', 2.2),
  },
};
// The colour of a panel is unknown (GNOME's is dark under a light theme): sign and outline contrast with the body
// as text has to (4.5 : 1), so that each icon can be read on any. The body does from the panels of common desktops.
const COLOURS = {
  light: { outline: '#ffffff', ok: '#09635b', paused: '#525b64', unknown: '#525b64', attention: '#934600', failing: '#b0202a' },
  dark: { outline: '#101418', ok: '#31c4b3', paused: '#a3adb7', unknown: '#a3adb7', attention: '#e0a020', failing: '#ff8a80' },
};
/** Of the outline, on each side. */
const OUTLINE = 0.8;

/** For macOS, which colours it: the sign is cut out. */
function template({ body, sign }) {
  const cut = sign === '' ? '' : `<mask id="sign"><rect width="16" height="16" fill="#fff"/>${sign}</mask>`;
  const mask = sign === '' ? '' : ' mask="url(#sign)"';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" color="#000">${cut}<g fill="currentColor"${mask}>${body}</g></svg>\n`;
}

function drawing({ body, sign }, colour, outline) {
  const wider = body.replaceAll(/stroke-width="([\d.]+)"/g, (_, width) => `stroke-width="${Number(width) + 2 * OUTLINE}"`);
  const around = `<g color="${outline}" fill="${outline}" stroke="${outline}" stroke-width="${2 * OUTLINE}" stroke-linejoin="round">${wider}</g>`;
  const box = `${-OUTLINE} ${-OUTLINE} ${16 + 2 * OUTLINE} ${16 + 2 * OUTLINE}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" color="${colour}">${around}<g fill="currentColor">${body}</g>${sign.replaceAll('#000', outline)}</svg>\n`;
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
    // 0 means 256.
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
  const plain = template(shape);
  write(`tray/${state}Template.svg`, plain);
  write(`tray/${state}Template.png`, png(plain, 16));
  write(`tray/${state}Template@2x.png`, png(plain, 32));
  for (const panel of ['light', 'dark']) {
    const coloured = drawing(shape, COLOURS[panel][state], COLOURS[panel].outline);
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
