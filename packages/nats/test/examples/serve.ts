import { ContractParser } from "@caio/contracts";

import { NatsLink, serveOverNats } from "../../src/index.ts";

const contract = new ContractParser().parse("{ service_id: shout, version: 1.0.0, capabilities: [text.upper], access: { public: true }, cost: { model: free }, api: { protocol: nats } }");
const connection = await NatsLink.open({ servers: ["nats://127.0.0.1:4222"] }).first();
if (connection === undefined) throw new Error("The link was closed.");
serveOverNats({ connection, contract, now: Date.now, handler: { execute: ({ payload }) => Promise.resolve({ output: typeof payload === "string" ? payload.toUpperCase() : null }) } });
