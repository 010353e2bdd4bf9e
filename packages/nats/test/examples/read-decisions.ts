import { consumeDecisions, NatsLink } from "../../src/index.ts";

const link = NatsLink.open({ servers: ["nats://127.0.0.1:4222"] });
const connection = await link.first();
if (connection === undefined) throw new Error("The link was closed.");
for await (const message of consumeDecisions({ connection, log: "house", tenant: "acme", name: "billing" })) {
  if (message.kind === "gap") continue; // no longer in the stream: the log has them
  console.log(message.logIndex, message.entry.body.selected);
  message.ack();
}
