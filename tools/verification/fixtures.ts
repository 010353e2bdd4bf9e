/** `tsx -C @caio/source tools/verification/fixtures.ts`: writes the bundles that the verifier's own tests read. */
import { writeFileSync } from "node:fs";

import { caioRoute } from "@caio/orchestrator";

import { randomWorld } from "../worlds/random-world.ts";
import { bundleOf, operatorKey, predicateOf, statementOf } from "./bundle-writer.ts";
import { loggedInputs, materialOf } from "./material.ts";

const key = operatorKey();
const folder = new URL("../../packages/verifier/test/fixtures/", import.meta.url);
for (const [name, kind] of [["chosen", "chosen"], ["refused", "refused"]] as const) {
  for (let seed = 1; ; seed++) {
    const world = randomWorld(seed);
    const decision = caioRoute(world.request, loggedInputs(world));
    const rich = decision.verdicts.length > 2 && decision.verdicts.length < 8 && world.policy.base.rules.length > 1 && world.request.document.policies.length > 0;
    if (decision.kind !== kind || !rich) continue;
    writeFileSync(new URL(`${name}.caio.json`, folder), bundleOf(predicateOf(statementOf(materialOf(world, decision)), key), key));
    break;
  }
}
writeFileSync(new URL("operator.pub", folder), `${Buffer.from(key.publicKey).toString("hex")}\n`);
