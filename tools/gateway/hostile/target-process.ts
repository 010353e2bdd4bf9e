/** A gateway in a process of its own, to be attacked: what it is given comes as JSON in TARGET; its first line says where it listens. */
import { randomBytes } from "node:crypto";
import process from "node:process";

import { executorsOf, memoryStores, openGateway, parseGatewayConfig, systemClock, systemDoor } from "@caio/gateway";
import { parsePolicySet } from "@caio/rules";
import { issueApiKey } from "@caio/security";
import { SigningKey } from "@caio/traceability";

interface Target {
  readonly signingPem: string;
  readonly serverVariable: string;
  readonly contracts: readonly object[];
}

const { signingPem, contracts } = JSON.parse(process.env["TARGET"] ?? "{}") as Target;
delete process.env["TARGET"];
const stores = memoryStores();
await stores.policies.put(parsePolicySet("caio_policy: 1\nid: house\nlimits: { deadline_ms: 20000 }\n"));
const keyOf = async (permissions: readonly string[]): Promise<string> => {
  const grant = { subject: "attacker", issuer: "house", tenant: "acme", permissions, trust: 8 };
  const { key, record } = issueApiKey(grant, { now: systemDoor.now(), random: (size) => randomBytes(size) });
  await stores.keys.add(record);
  return key;
};
const config = parseGatewayConfig(`
caio_gateway: 1
listen: { port: 0 }
log: { level: debug }
secrets: ["env:PLANTED_BEARER", "file:${process.env["PLANTED_FILE"] ?? ""}"]
mcp_servers: { planted: { command: "false", args: [], environment: [PLANTED_VARIABLE] } }
limits: { per_key_per_minute: 10000000, body_bytes: 1048576, drain_ms: 500 }
`);
const keys = { admin: await keyOf(["caio.admin"]), caller: await keyOf([]) };
const gateway = await openGateway(config, { stores, executor: executorsOf(config, process.env), signingKey: SigningKey.fromPem(signingPem), clock: systemClock, door: systemDoor }, "house");
for (const contract of contracts) {
  const { statusCode, body } = await gateway.app.inject({ method: "POST", url: "/api/v1/services", headers: { authorization: `Bearer ${keys.admin}`, "content-type": "application/yaml" }, payload: JSON.stringify(contract) });
  if (statusCode !== 201) throw new Error(`A contract was refused: ${body}`);
}
// By the channel between the processes: what is printed is searched for secrets.
process.send?.({ address: await gateway.listen(), ...keys });
