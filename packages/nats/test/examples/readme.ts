import { ContractParser } from "@caio/contracts";

import { NatsExecutor, NatsLink, serveOverNats } from "../../src/index.ts";

const contract = new ContractParser().parse("{ service_id: shout, version: 1.0.0, capabilities: [text.upper], access: { public: true }, api: { protocol: nats } }");
const link = NatsLink.open({ servers: ["nats://127.0.0.1:4222"] });
const connection = await link.first(); // waits until a server is there
if (connection === undefined) throw new Error("The link was closed.");

// What the author of a service writes. Start it as often as there is work for.
const service = serveOverNats({ connection, contract, handler: { execute: ({ payload }) => Promise.resolve({ output: typeof payload === "string" ? payload.toUpperCase() : null }) } });

// What a gateway does with `nats: { services: true }`.
const executor = new NatsExecutor({ connection: link.current });
const call = { decisionId: "", idempotencyKey: "1", contract, model: null, endpoint: undefined, payload: "hello", deadlineUs: 5_000_000 };
const { output } = await executor.execute(call, new AbortController().signal);
console.log(output); // HELLO

await executor.close();
await service.stop();
await link.close();
