import { existsSync, readFileSync, writeFileSync } from "node:fs";

import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

const FOLDER = new URL("../screenshots/", import.meta.url);
/** How far a colour may be off, 0 … 1: as far as edges of letters are with another rasteriser. */
const THRESHOLD = 0.25;

/** Whether reference pictures are made anew instead of compared. */
export const updatesPictures = process.env["CAIO_UPDATE_SCREENSHOTS"] === "1";

/**
 * The share of pixels that differ from the reference picture, 0 … 1; 1 if the sizes differ. A picture that differs is written to
 * `seenAt`, with a drawing of the differences beside it.
 */
export function differenceFrom(name: string, seen: Uint8Array, seenAt: string): number {
  const file = new URL(`${name}.png`, FOLDER);
  if (!existsSync(file)) throw new Error(`Found no reference picture ${name}.png. Make it with CAIO_UPDATE_SCREENSHOTS=1, and look at it.`);
  const [reference, picture] = [PNG.sync.read(readFileSync(file)), PNG.sync.read(seen)];
  const { width, height } = picture;
  if (reference.width !== width || reference.height !== height) return 1;
  const drawn = new Uint8Array(picture.data.length);
  const share = pixelmatch(reference.data, picture.data, drawn, width, height, { threshold: THRESHOLD }) / (width * height);
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
