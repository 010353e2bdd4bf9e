import { readdirSync } from "node:fs";
import process from "node:process";

/** `npm run example -- NAME`: runs one example to its end. */
const folder = new URL(".", import.meta.url);
const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && hasMain(entry.name)).map(({ name }) => name);
const name = process.argv[2] ?? "";
if (names.includes(name)) await import(new URL(`${name}/main.ts`, folder).href);
else {
  process.stderr.write(`Found ${name === "" ? "no name" : JSON.stringify(name)}, expected one of ${names.join(", ")}: npm run example -- ${names[0] ?? ""}\n`);
  process.exitCode = 1;
}

function hasMain(directory: string): boolean {
  return readdirSync(new URL(`${directory}/`, folder)).includes("main.ts");
}
