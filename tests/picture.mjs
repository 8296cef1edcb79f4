// A picture made here, so that none has to be kept: pennants over a street on a summer day.

import { crc32, deflateSync } from 'node:zlib';

const COLOURS = [[214, 69, 65], [244, 190, 66], [46, 134, 171], [90, 158, 111]];

/** The colour at a place: a string of pennants that hangs through, before the sky. */
function colourAt(x, y, width, height) {
  const sag = 0.2 * height + 0.2 * height * (1 - ((2 * x) / width - 1) ** 2);
  const pennant = width / 12;
  const across = (x % pennant) / pennant;
  const below = (y - sag) / (pennant * 1.15);
  if (below > -0.02 && below < 0) return [70, 60, 60];
  if (below >= 0 && below < 1 - Math.abs(2 * across - 1)) return COLOURS[Math.floor(x / pennant) % COLOURS.length];
  const light = y / height;
  return [150 + 80 * light, 200 + 30 * light, 235 - 10 * light];
}

/** A PNG file. */
export function png(width = 800, height = 450) {
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0, at = 0; y < height; y += 1) {
    rows[at++] = 0;
    for (let x = 0; x < width; x += 1) for (const value of colourAt(x, y, width, height)) rows[at++] = value;
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
