import { createWriteStream } from "node:fs";

import { toWire } from "@caio/contracts";
import { fromHex, toHex } from "@caio/core";
import { caioRoute, committedValues, derive, type RoutingDecision } from "@caio/orchestrator";
import { policyToWire } from "@caio/rules";

import { worldInputs } from "../differential/world-inputs.ts";
import { replicaWorld } from "../worlds/replica-world.ts";

/** `encoderId` of the encodings of random worlds (world-inputs). */
const ENCODER_ID = "world-1";

/** Paths that the material keeps shut: nothing that decides reads them (certificate.md §2). */
const KEPT = new Set(["intent.text", "context", "data.payload", "name", "principal.subject"]);

/** One line of what this writes. */
export interface CertificateMaterial {
  readonly seed: number;
  readonly certificate: RoutingDecision["certificate"];
  readonly contracts: readonly unknown[];
  readonly encodings: readonly unknown[];
  readonly policies: readonly unknown[];
  readonly disclosed: Readonly<Record<string, unknown>>;
}

/**
 * What a bundle holds of a decision, without its envelope and log: `{ seed, certificate, contracts, encodings, policies,
 * disclosed }` of the random world of that seed (certificate.md §2).
 */
export function certificateMaterial(seed: number): CertificateMaterial {
  const world = replicaWorld(seed);
  const { request, policy } = world;
  const { certificate } = caioRoute(request, worldInputs(world));
  const inDomain = new Set(certificate.verdicts.map(({ service }) => service));
  const services = world.services
    .filter(({ contract }) => inDomain.has(contract.serviceId))
    .sort((a, b) => (a.contract.serviceId < b.contract.serviceId ? -1 : 1));
  const named = [...new Set(request.document.policies)].sort().flatMap((id) => policy.named[id] ?? []);
  const key = fromHex(request.decisionKey);
  const opened = Object.entries(committedValues(request)).filter(([path, value]) => value !== null && !KEPT.has(path));
  return {
    seed,
    certificate,
    contracts: services.map(({ contract }) => toWire(contract)),
    encodings: services.map(({ contract, encoding }) => ({
      service: contract.serviceId,
      encoderId: ENCODER_ID,
      ints: [...encoding],
    })),
    policies: [policy.base, ...named].map((set) => policyToWire(set)),
    disclosed: Object.fromEntries(
      opened.map(([path, value]) => [path, { salt: toHex(derive(key, "salt", path)), value }]),
    ),
  };
}

/** `export.ts FIRST COUNT FILE`: one line of JSON a world. */
function main([first, count, file]: readonly string[]): void {
  if (first === undefined || count === undefined || file === undefined) {
    console.error("usage: export.ts FIRST COUNT FILE");
    process.exitCode = 2;
    return;
  }
  const out = createWriteStream(file);
  for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1) {
    out.write(`${JSON.stringify(certificateMaterial(seed))}\n`);
  }
  out.end();
}

if (process.argv[1]?.endsWith("verifier-py/export.ts") === true) main(process.argv.slice(2));
