// Measures every identifier of the examples on the labelled set and writes measured.json:
//   npm run measure -w @caio/examples
import { writeFile } from "node:fs/promises";

import { HttpExecutor } from "@caio/adapters";

import { readLabelledSet } from "./measure/labelled-set.ts";
import { measureIdentifier, type Measured } from "./measure/measure-identifier.ts";
import { startExampleServices } from "./services.ts";
import { exampleFile } from "./services/example-files.ts";

const ROUNDS = 3;

const set = await readLabelledSet();
const examples = await startExampleServices({ onProgress: (line) => process.stderr.write(`${line}\n`) });
const executor = new HttpExecutor(examples.executors.http);
const identifiers = [...examples.contracts, examples.later.tinyldV2].filter(({ serviceId }) => serviceId.startsWith("lid-"));
const results: Measured[] = [];
for (const contract of identifiers) {
  process.stderr.write(`measuring ${contract.serviceId} ${contract.version}\n`);
  results.push(await measureIdentifier(executor, contract, set, ROUNDS));
}
await executor.close();
await examples.close();
const measured = {
  how: "npm run measure -w @caio/examples: each sentence of data/ is sent over HTTP on loopback; bounds are one-sided 95 % Clopper–Pearson",
  sentences: set.length,
  rounds: ROUNDS,
  services: results,
};
await writeFile(exampleFile("measured.json"), `${JSON.stringify(measured, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(results.map(({ service, version, accuracy_lower_bound, latency_ms }) => ({ service, version, accuracy_lower_bound, latency_ms })), null, 2)}\n`);
