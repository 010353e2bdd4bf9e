// A service that speaks JSON lines: keeps the first sentence of a text, or takes its white space together. No model is behind it.
import { createInterface } from "node:readline";
import process from "node:process";

for await (const line of createInterface({ input: process.stdin })) {
  const { id, capability, payload } = JSON.parse(line);
  const text = typeof payload?.text === "string" ? payload.text : undefined;
  if (text === undefined) process.stdout.write(`${JSON.stringify({ id, error: "no text" })}\n`);
  else process.stdout.write(`${JSON.stringify({ id, output: { text: capability === "text.clean" ? text.replace(/\s+/g, " ").trim() : first(text) } })}\n`);
}

function first(text) {
  return /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
}
