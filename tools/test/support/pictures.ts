import { existsSync, readFileSync, writeFileSync } from "node:fs";

import pixelmatch from "pixelmatch";
import { PNG, type Picture } from "pngjs";

const FOLDER = new URL("../screenshots/", import.meta.url);
/** Pixels are compared as means of squares of this side: edges of letters differ from rasteriser to rasteriser, their mass does not. */
const SIDE = 8;
/** How far a mean may be off, 0 … 1. */
const THRESHOLD = 0.06;

/** Whether reference pictures are made anew instead of compared. */
export const updatesPictures = process.env["CAIO_UPDATE_SCREENSHOTS"] === "1";

/**
 * The share of the picture that differs from the reference picture, 0 … 1; 1 if the sizes differ. A picture that differs is
 * written to `seenAt`, with a drawing of the differences beside it.
 */
export function differenceFrom(name: string, seen: Uint8Array, seenAt: string): number {
  const file = new URL(`${name}.png`, FOLDER);
  if (!existsSync(file)) throw new Error(`Found no reference picture ${name}.png. Make it with CAIO_UPDATE_SCREENSHOTS=1, and look at it.`);
  const [reference, picture] = [shrunk(PNG.sync.read(readFileSync(file))), shrunk(PNG.sync.read(seen))];
  const { width, height } = picture;
  if (reference.width !== width || reference.height !== height) return 1;
  const drawn = new Uint8Array(picture.data.length);
  const share = pixelmatch(reference.data, picture.data, drawn, width, height, { threshold: THRESHOLD, includeAA: true }) / (width * height);
  if (share > 0) {
    writeFileSync(`${seenAt}.png`, seen);
    writeFileSync(`${seenAt}.difference.png`, PNG.sync.write({ width, height, data: drawn }));
  }
  return share;
}

/** Makes a picture the reference. */
export function keepPicture(name: string, picture: Uint8Array): void {
  writeFileSync(new URL(`${name}.png`, FOLDER), picture);
}

/** Every square of pixels as one pixel, their mean; what is left over at the edges is cut off. */
function shrunk({ width, height, data }: Picture): Picture {
  const [columns, rows] = [Math.floor(width / SIDE), Math.floor(height / SIDE)];
  const sums = new Float64Array(columns * rows * 4);
  for (let y = 0; y < rows * SIDE; y++) {
    for (let at = 0; at < columns * SIDE * 4; at++) {
      const to = (Math.floor(y / SIDE) * columns + Math.floor(at / (4 * SIDE))) * 4 + (at % 4);
      sums[to] = (sums[to] ?? 0) + (data[y * width * 4 + at] ?? 0);
    }
  }
  return { width: columns, height: rows, data: Uint8Array.from(sums, (sum) => Math.round(sum / SIDE ** 2)) };
}
