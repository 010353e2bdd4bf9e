import { readFile } from "node:fs/promises";
import process from "node:process";

import { ContractParser, type ServiceContract } from "@caio/contracts";

import { openHouse } from "../house/open-house.ts";
import { runService, type RunningService } from "../services/listening-service.ts";
import { answerer, refunds } from "./answerer.ts";
import { runDesk } from "./desk.ts";

/** Starts the services of the desk and a gateway before them, and works through the tickets. */
const folder = new URL(".", import.meta.url);
const say = (line = ""): void => { process.stdout.write(`${line}\n`); };
const running: RunningService[] = [];
try {
  const contract = async (name: string): Promise<ServiceContract> => new ContractParser().parse(await readFile(new URL(`contracts/${name}.yaml`, folder), "utf8"), { file: name });
  for (const name of ["answers-far", "answers-eu", "answers-house"]) running.push(await runService(answerer(await contract(name))));
  const till = refunds(await contract("refunds"));
  running.push(await runService(till.service));
  const inPlaceOf = Object.fromEntries(running.map(({ listening }, at) => [`http://127.0.0.1:${String(9411 + at)}`, listening.url]));
  const house = await openHouse({ folder, inPlaceOf });
  try {
    await runDesk(house, till, say);
  } finally {
    await house.close();
  }
} finally {
  await Promise.all(running.map(({ listening }) => listening.close()));
}
