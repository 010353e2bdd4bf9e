import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openSqlStores } from "@caio/store-sql";
import { sealCertificate, TraceabilitySystem, type Certificate } from "@caio/traceability";

import { filledGateway, type FilledGateway } from "../dashboard/filled-gateway.ts";

/** `npx tsx -C @caio/source tools/gateway/bench-views.ts [N]`: what the views of a gateway cost, and a page of a log in a file with N decisions (10 000 unless said). */
const TIMES = 40;
/** Decisions of one commit while a log is filled. */
const BATCH = 500;

/** Wall-clock times of TIMES runs, and the processor's, milliseconds. */
async function line(name: string, run: (time: number) => Promise<string>): Promise<void> {
  const times: number[] = [];
  const before = process.cpuUsage();
  let told = "";
  for (let n = 0; n < TIMES; n++) {
    const start = performance.now();
    told = await run(n);
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.min(TIMES - 1, Math.floor(share * TIMES))] ?? 0).toFixed(1).padStart(7);
  console.log(`${name.padEnd(46)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   processor ${((user + system) / 1000 / TIMES).toFixed(1).padStart(6)} ms   ${told}`);
}

/** The decisions of a gateway again and again, under other ids, each with an outcome: in a log of its own, in a file. */
async function fillLog(traces: TraceabilitySystem, { core }: FilledGateway, decisions: number): Promise<void> {
  const made = (await core.traces.find({ limit: 200 })).filter(({ outcomes }) => outcomes.length > 0);
  const models = await Promise.all(made.map(async ({ decisionId, tenant, now, inputs, requestDigest, outcome, selected, parent, outcomes }) => {
    const sealed = sealCertificate(JSON.parse((await core.traces.certificate(decisionId)) ?? "{}") as Certificate);
    return { tenant, body: { now, inputs, requestDigest, outcome, selected, parent, certificate: sealed.digest }, sealed, ended: outcomes[0] };
  }));
  for (let start = 0; start < decisions; start += BATCH) {
    await Promise.all(Array.from({ length: Math.min(BATCH, decisions - start) }, async (_, at) => {
      const model = models[(start + at) % models.length];
      if (model?.ended === undefined) return;
      const decisionId = randomBytes(32).toString("hex");
      const { attempt, service, model: name, status, latencyUs, costMicros, endedAt } = model.ended;
      await traces.appendDecision(model.tenant, { ...model.body, decisionId }, model.sealed);
      await traces.appendOutcome(model.tenant, { decisionId, attempt, service, model: name, status, latencyUs, endedAt, rewardMicros: 0, ...(costMicros === null ? {} : { costMicros }) });
    }));
  }
}

/** Pages of a log in a file, asked of a gateway over it. */
async function pages(gateway: FilledGateway): Promise<void> {
  const { size } = gateway.core.traces.head;
  const page = (query: string): Promise<string> => ask(gateway, `/api/v1/decisions?${query}`);
  await line("page of 50, the newest, again and again", () => page("limit=50"));
  await line("page of 50, another one each time", (n) => page(`limit=50&before=${String(Math.floor((size * (n + 1)) / (TIMES + 1)))}`));
  await line("page of 200, another one each time", (n) => page(`limit=200&before=${String(Math.floor((size * (n + 1.5)) / (TIMES + 2)))}`));
  await line("page of 50 of one tenant", () => page("limit=50&tenant=borealis"));
  await line("those of a service that there is not", () => page("limit=50&service=nobody"));
}

async function ask({ app, admin }: FilledGateway, url: string, payload?: object): Promise<string> {
  const { statusCode, body } = await app.inject({ method: payload === undefined ? "GET" : "POST", url, headers: { authorization: `Bearer ${admin}` }, ...(payload === undefined ? {} : { payload }) });
  if (statusCode !== 200) throw new Error(`${url}: ${body}`);
  const judged = /"judged":([0-9]+)/.exec(body)?.[1];
  return `${String(Buffer.byteLength(body))} bytes${judged === undefined ? "" : `, ${judged} judged`}`;
}

async function views(gateway: FilledGateway): Promise<void> {
  await line("GET decisions, over memory", () => ask(gateway, "/api/v1/decisions"));
  await line("GET evidence of a service", () => ask(gateway, "/api/v1/services/ember/evidence"));
  await line("GET control", () => ask(gateway, "/api/v1/control"));
  await line("GET budgets", () => ask(gateway, "/api/v1/budgets"));
  await line("POST what-if, nothing drafted", () => ask(gateway, "/api/v1/what-if", {}));
  await line("POST what-if, a drafted policy", () => ask(gateway, "/api/v1/what-if", { policies: ["caio_policy: 1\nid: house\ncurrency: USD\nrules:\n  - { id: no-ember, deny: 'service.id == \"ember\"', reason: Tried. }\n"] }));
  const all = await gateway.core.traces.find({ limit: 1000 });
  await line("GET explanation, of a request remembered", () => ask(gateway, `/api/v1/traces/${all.at(-1)?.decisionId ?? ""}/explanation`));
  await line("GET explanation, from a receipt", () => ask(gateway, `/api/v1/traces/${all[0]?.decisionId ?? ""}/explanation`));
}

async function main(decisions: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "caio-views-"));
  const gateway = await filledGateway({ decisions: 400 });
  const stores = await openSqlStores({ file: join(folder, "caio.db") });
  try {
    const traces = await TraceabilitySystem.open(stores.traces);
    const start = performance.now();
    await fillLog(traces, gateway, decisions);
    console.log(`${String(decisions)} decisions, ${String(traces.head.size)} entries, in a file, filled in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    const over = await filledGateway({ decisions: 1, stores });
    try {
      await pages(over);
    } finally {
      await over.close();
    }
    console.log("A gateway over memory with 400 decisions");
    await views(gateway);
    console.log(`resident ${String(Math.round(process.memoryUsage().rss / 1e6))} MB`);
  } finally {
    await gateway.close();
    await stores.close();
    await rm(folder, { recursive: true, force: true });
  }
}

await main(Number(process.argv[2] ?? "10000"));
