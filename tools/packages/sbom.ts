/**
 * `npm run sbom [-- --out sbom.cdx.json]`: the bill of materials (CycloneDX) of all published packages at the versions of package-lock.json, on standard output
 * or in a file. Exit code 1 when a licence is none that is allowed, or the document names a path of this machine.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { billOfMaterials, licenceProblems, localPaths, type BillOfMaterials } from "./release/bill-of-materials.ts";

const { values } = parseArgs({ options: { out: { type: "string" } } });
const text = await billOfMaterials();
const bill = JSON.parse(text) as BillOfMaterials;
const problems = [...licenceProblems(bill), ...localPaths(text).map((path) => `names a path of this machine: ${path}`)];
if (bill.components.length === 0) problems.push("The bill is empty.");
if (values.out === undefined) process.stdout.write(text);
else writeFileSync(values.out, text);
console.error(`${String(bill.components.length)} components, ${String(problems.length)} problems`);
for (const problem of problems) console.error(`FAILED ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
