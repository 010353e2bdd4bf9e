import { readFile } from "node:fs/promises";

import { exampleFile } from "../services/example-files.ts";
import { languages } from "../services/identifier-service.ts";

/** A sentence and the language it is in. */
export interface LabelledSentence {
  readonly language: string;
  readonly text: string;
}

/** The sentences of `data/`, one file a language, one sentence a line. */
export async function readLabelledSet(): Promise<LabelledSentence[]> {
  const files = await Promise.all(
    languages.map(async (language) => {
      const text = await readFile(exampleFile(`data/${language}.txt`), "utf8");
      return text.split("\n").filter((line) => line !== "").map((line) => ({ language, text: line }));
    }),
  );
  return files.flat();
}
