import type { JsonObject, JsonValue } from "@caio/core";

import { OutputSchemas } from "../../src/index.ts";

/** a → b → c …, each twice over: 2^60 visits without fuel. */
const doubling = Object.fromEntries(
  Array.from({ length: 60 }, (_, level): [string, JsonObject] => {
    const next = level === 59 ? { type: "number" } : { $ref: `#/$defs/d${String(level + 1)}` };
    return [`d${String(level)}`, { allOf: [next, next] }];
  }),
);
const branch: JsonObject = { properties: { next: { $ref: "#" } } };
let deep: JsonValue = {};
for (let level = 0; level < 60; level++) deep = { next: deep };

const schemas = new OutputSchemas();
const results = {
  doubling: schemas.check({ $ref: "#/$defs/d0", $defs: doubling }, 1),
  endless: schemas.check({ $ref: "#" }, 1),
  branching: schemas.check({ allOf: [branch, branch] }, deep),
  pattern: schemas.check({ pattern: "^a+a+$" }, `${"a".repeat(8191)}b`),
};
process.stdout.write(JSON.stringify(results));
