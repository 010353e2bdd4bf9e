import { ContractParser } from "@caio/contracts";
import { composeGuarantees, leafOf, retry, seq } from "@caio/guarantees";

const contract = (id: string, latencyMs: number) =>
  new ContractParser().parse(`
    service_id: ${id}
    version: 1.0.0
    capabilities: [speech]
    guarantees: { latency_p99_ms: ${String(latencyMs)}, availability: 0.999 }
  `);
const [hear, answer] = [contract("hear", 300), contract("answer", 800)];

const plan = seq(
  retry(leafOf(hear, null, { timeoutUs: 400_000, costMicros: 20 }), 2, 50_000),
  leafOf(answer, null, { timeoutUs: 900_000, costMicros: 300 }),
);
const { guarantees, rows, derivation } = composeGuarantees(plan, { independent: [] });
console.log(guarantees, rows, derivation);
