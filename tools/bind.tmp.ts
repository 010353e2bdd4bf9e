import { appendFileSync } from "node:fs";
import { catalogue } from "./faults/catalogue/catalogue.ts";
import { sourceEdit } from "./faults/broken/source-edit.ts";
import { unseenFaults } from "./scorecard/invariants/unseen-breakages.ts";
import { readInvariants } from "./scorecard/invariants/invariant.ts";
import { checkGroups } from "./scorecard/check-groups.ts";
import { WorkerPool } from "./scorecard/engine/worker-pool.ts";
const invariants = readInvariants();
for (const name of process.argv[2]!.split(",")) {
  const fault: any = [...unseenFaults, ...catalogue].find((f) => f.id === name);
  const expected = invariants.filter((i) => i.catalogue.includes(name)).map((i) => i.id);
  const pool = new WorkerPool(1, sourceEdit(fault));
  const red = new Map<string, string>();
  const group = process.argv[4] ?? "worlds";
  const open = new Set([...checkGroups.find((g) => g.name === group)!.checks.keys()].filter((c) => c !== "same-everywhere"));
  let from = 1;
  for (; from < Number(process.argv[3]); from += 50) {
    const fs = await pool.run({ kind: "judge", group, checks: [...open], seeds: { from, count: 50, twist: fault.twist } });
    for (const f of fs) if (f.violation) { open.delete(f.check); const id = invariants.find((i) => i.checks.includes(f.check))!.id; red.set(id, f.check + "@" + f.violation.seed + " " + f.violation.says); }
    if (expected.every((id) => red.has(id)) && from > 40) break;
  }
  appendFileSync("/tmp/bind3.log", `${name} to ${from}: expected not seen: ${expected.filter((id) => !red.has(id)).join(" ")}; unexpected: ${[...red.keys()].filter((id) => !expected.includes(id)).join(" ")}\n${[...red].map(([a, b]) => "    " + a + " " + b).join("\n")}\n`);
  pool.stop();
}
