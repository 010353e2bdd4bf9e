import { readFileSync } from "node:fs";

const CALCULUS = new URL("../../../docs/calculus.md", import.meta.url);

/** The ids in the table of calculus §10: what must have a file. @throws Error if there is no such section, or no id in it */
export function listedInvariants(calculus: string = readFileSync(CALCULUS, "utf8")): readonly string[] {
  const [, section] = /^## 10\..*$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(calculus) ?? [];
  const ids = [...(section ?? "").matchAll(/^\| \[?(INV-CAIO-[A-Z0-9-]+)/gm)].flatMap(([, id]) => id ?? []);
  if (ids.length === 0) throw new Error("docs/calculus.md: found no invariant in the table of section 10.");
  return ids;
}
