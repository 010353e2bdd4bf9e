import process from "node:process";

import { FakeOpenAiUpstream } from "@caio/fakes";

import { openHouse } from "../house/open-house.ts";
import { routeModels } from "./route-models.ts";

/** Two fakes of vendors, of which only the first can be asked to fail, and a gateway before them. */
const small = await FakeOpenAiUpstream.start();
const large = await FakeOpenAiUpstream.start({ healthy: true });
const inPlaceOf = { "http://127.0.0.1:9421": new URL(small.baseUrl).origin, "http://127.0.0.1:9422": new URL(large.baseUrl).origin };
try {
  const house = await openHouse({ folder: new URL(".", import.meta.url), inPlaceOf });
  try {
    await routeModels(house, (line = "") => { process.stdout.write(`${line}\n`); });
  } finally {
    await house.close();
  }
} finally {
  await Promise.all([small.stop(), large.stop()]);
}
