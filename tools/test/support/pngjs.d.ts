/** The part of pngjs that the tests use; the package has no types. */
declare module "pngjs" {
  /** Pixels as RGBA, row by row. */
  export interface Picture {
    readonly width: number;
    readonly height: number;
    readonly data: Uint8Array;
  }
  export const PNG: { readonly sync: { read(bytes: Uint8Array): Picture; write(picture: Picture): Uint8Array } };
}
