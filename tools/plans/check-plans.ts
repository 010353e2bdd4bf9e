import { parseArgs } from "node:util";

import { checkProblems } from "./check-problems.ts";

const { values } = parseArgs({
  options: { plans: { type: "string", default: "10000" }, seed: { type: "string", default: "1" }, steps: { type: "string", default: "4" }, offers: { type: "string", default: "5" }, json: { type: "boolean", default: false } },
});
const count = checkProblems(Number(values.plans), Number(values.seed), { steps: Number(values.steps), offers: Number(values.offers) });
if (values.json) console.log(JSON.stringify(count));
else {
  console.log(`${String(count.problems)} random plans from seed ${values.seed}: ${String(count.chosen)} chosen, ${String(count.impossible)} impossible; the largest bound tree has ${String(count.largestTree)} nodes.`);
  console.log(count.wrong.length === 0 ? "Every choice is that of brute force, and every proof holds." : count.wrong.join("\n"));
}
if (count.wrong.length > 0) process.exitCode = 1;
