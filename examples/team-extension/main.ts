import process from "node:process";
import { fileURLToPath } from "node:url";

import { openHouse } from "@caio/examples/house";

import { carbonCatalogue, estonianIdDetector, JsonLinesExecutor } from "./src/index.ts";
import { useExtension } from "./use-extension.ts";

/** A gateway that knows the team's property, speaks its protocol and finds its numbers. */
const worker = { command: process.execPath, args: [fileURLToPath(new URL("worker/summarise.mjs", import.meta.url))] };
const house = await openHouse({
  folder: new URL(".", import.meta.url),
  executors: [new JsonLinesExecutor({ "clean-text": worker, "summary-far": worker, "summary-near": worker })],
  ports: { catalogue: carbonCatalogue, detectors: [estonianIdDetector] },
});
try {
  await useExtension(house, (line = "") => { process.stdout.write(`${line}\n`); });
} finally {
  await house.close();
}
