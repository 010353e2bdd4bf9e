import { ContractParser } from "../../src/index.ts";
import { hostileTexts } from "./texts.ts";

/** Parses every hostile text and prints how each ended; the parent sees whether this process lived. */
const parser = new ContractParser();
for (const [name, text] of Object.entries(hostileTexts())) {
  const start = process.cpuUsage();
  const result = parser.tryParse(text, { file: name });
  const { user, system } = process.cpuUsage(start);
  const ms = (user + system) / 1000;
  const found = result.ok ? "accepted" : (result.problems[0]?.found ?? "");
  process.stdout.write(`${JSON.stringify({ name, ok: result.ok, found, ms })}\n`);
}
