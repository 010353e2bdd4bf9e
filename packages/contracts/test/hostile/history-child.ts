import { tryParseHistory } from "../../src/index.ts";
import { hostileHistories } from "./histories.ts";

/** Parses every hostile history and prints how many problems it told of; the parent sees whether this process lived. */
for (const text of hostileHistories()) {
  const result = tryParseHistory(text, { file: "f" });
  process.stdout.write(`${String(result.ok ? 0 : result.problems.length)}\n`);
}
