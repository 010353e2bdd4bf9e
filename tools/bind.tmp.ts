import { appendFileSync } from "node:fs";
import { catalogue } from "./faults/catalogue/catalogue.ts";
import { occurrences, sourceEdit } from "./faults/broken/source-edit.ts";
import { unseenFaults } from "./scorecard/invariants/unseen-breakages.ts";
import { readInvariants } from "./scorecard/invariants/invariant.ts";
import { scoreAll } from "./scorecard/invariants/score-all.ts";
import { checkGroups } from "./scorecard/check-groups.ts";
import { WorkerPool } from "./scorecard/engine/worker-pool.ts";
const [names, cases] = [process.argv[2]!.split(","), Number(process.argv[3])];
const invariants = readInvariants();
for (const name of names) {
  const fault: any = [...unseenFaults, ...catalogue].find((f) => f.id === name);
  if (!fault || occurrences(fault) !== 1) { console.log("??", name); continue; }
  const pool = new WorkerPool(1, sourceEdit(fault)); const a = Date.now();
  try {
    const scores = await scoreAll({ invariants, listed: invariants.map((i) => i.id), groups: checkGroups }, { seed: 1, cases, twist: fault.twist, faults: false }, pool.run);
    const red = scores.filter((s) => s.status === "RED");
    const line = `${name}: ${red.map((s) => s.invariant).join(" ")} (${Date.now() - a} ms)\n${red.map((s) => "    " + s.invariant + " " + s.reasons.join(" | ")).join("\n")}\n`;
    appendFileSync("/tmp/bind2.log", line);
  } catch (e: any) { appendFileSync("/tmp/bind2.log", `${name}: THREW ${e.message}\n`); } finally { pool.stop(); }
}
