import { advanceHistory, type LearnedOutcome, type LearnedReward } from "@caio/control";
import { FakeOpenAiUpstream } from "@caio/fakes";
import { isLearnable, outcomeOfEntry, parseLearningRecord } from "@caio/orchestrator";
import type { History } from "@caio/contracts";
import { openSqlStores, type SqlStores } from "@caio/store-sql";
import { LogAudit, parseLogEntry, TraceabilitySystem, type LogEntry } from "@caio/traceability";

import { GatewayProcess } from "../kill/gateway-process.ts";
import { randomOf } from "../random.ts";

/** How much is done. */
export interface FeedbackCampaign {
  /** Requests in each round, each judged once it is answered. */
  readonly requests: number;
  readonly together: number;
  /** Rounds that end with kill -9. */
  readonly kills: number;
  readonly seed: number;
}

/** What came of it. */
export interface FeedbackFindings {
  readonly answered: number;
  /** Pieces whose answer was 200: all of them, after as many tries as it took. */
  readonly judged: number;
  /** Pieces that were sent again, since the gateway was killed under them. */
  readonly again: number;
  /** Pieces that a caller was told of and the log holds not once. */
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  readonly findings: readonly string[];
  /** What H has learned, and what follows from the log alone. */
  readonly learned: unknown;
  readonly expected: unknown;
}

interface Piece {
  readonly decisionId: string;
  readonly score: string;
}

/**
 * Requests and feedback against a real gateway that is killed while it takes them. Who was not answered says the same again. In the end H is
 * held against all that the log holds, learned in its order in one go.
 */
export async function feedbackCampaign({ requests, together, kills, seed }: FeedbackCampaign): Promise<FeedbackFindings> {
  const random = randomOf(seed);
  const upstreams = await Promise.all([FakeOpenAiUpstream.start({ healthy: true }), FakeOpenAiUpstream.start({ healthy: true })]);
  const gateway = await GatewayProcess.open("error", "learning: { interval_ms: 300 }\n");
  try {
    for (const [at, { baseUrl }] of upstreams.entries()) await gateway.ask("POST", "/api/v1/services", contractOf(`chat-${String(at)}`, baseUrl));
    const pieces: Piece[] = [];
    let again = 0;
    for (let round = 0; round <= kills; round++) {
      const open: Piece[] = [];
      const killAt = round === kills ? Number.POSITIVE_INFINITY : Math.floor(requests * (0.3 + random() / 2));
      let said = 0;
      let killing: Promise<void> | undefined;
      const next = inTurn(requests);
      const work = async (): Promise<void> => {
        for (let number = next(); number !== undefined && killing === undefined; number = next()) {
          const decisionId = await askOnce(gateway, number);
          if (decisionId === undefined) continue;
          const piece = { decisionId, score: (Math.floor(random() * 1001) / 1000).toFixed(3) };
          if (await sayOnce(gateway, piece)) pieces.push(piece);
          else open.push(piece);
          if (++said === killAt) killing = gateway.end("SIGKILL");
        }
      };
      await Promise.all(Array.from({ length: together }, work));
      await killing;
      if (killing !== undefined) await gateway.start();
      for (const piece of open) {
        again += 1;
        if (await sayOnce(gateway, piece)) pieces.push(piece);
      }
    }
    await gateway.end("SIGTERM");
    return { ...(await held(gateway.storeFile, pieces)), again, judged: pieces.length };
  } finally {
    await gateway.remove();
    await Promise.all(upstreams.map((each) => each.stop()));
  }
}

function contractOf(id: string, baseUrl: string): object {
  return {
    ...{ service_id: id, version: "1.0.0", access: { public: true }, cost: { model: "free" }, privacy: { data_locality: "local" }, guarantees: { latency_ms: 20_000 } },
    ...{ capabilities: ["inference.chat"], api: { protocol: "openai", base_url: baseUrl } },
  };
}

function inTurn(count: number): () => number | undefined {
  let next = 0;
  return () => (next < count ? next++ : undefined);
}

/** The decision of an answer; undefined if there was none. */
async function askOnce({ address, key }: GatewayProcess, number: number): Promise<string | undefined> {
  const body = JSON.stringify({ model: "caio:auto", messages: [{ role: "user", content: `Question ${String(number)}` }] });
  const response = await post(`${address}/v1/chat/completions`, key, body);
  return response?.status === 200 ? (response.headers.get("caio-decision-id") ?? undefined) : undefined;
}

/** False if nobody answered. @throws Error for another answer than 200 */
async function sayOnce({ address, key }: GatewayProcess, { decisionId, score }: Piece): Promise<boolean> {
  const response = await post(`${address}/api/v1/decisions/${decisionId}/feedback`, key, JSON.stringify({ kind: "score", score, name: "campaign" }));
  if (response === undefined) return false;
  if (response.status !== 200) throw new Error(`Feedback was answered with ${String(response.status)}: ${response.text.slice(0, 300)}`);
  return true;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function post(url: string, key: string, body: string): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, { method: "POST", headers: { authorization: `Bearer ${key}`, "content-type": "application/json" }, body });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch {
    return undefined;
  }
}

async function held(file: string, pieces: readonly Piece[]): Promise<Omit<FeedbackFindings, "again" | "judged">> {
  const stores = await openSqlStores({ file });
  try {
    const traces = await TraceabilitySystem.open(stores.traces);
    const texts = await traces.entryTexts(0, traces.head.size);
    const audit = new LogAudit({ slack: 200 });
    audit.entries(texts);
    const entries = texts.map((text) => parseLogEntry(text));
    const counts = new Map<string, number>();
    for (const entry of entries) if (entry.kind === "feedback") counts.set(entry.body.decisionId, (counts.get(entry.body.decisionId) ?? 0) + 1);
    return {
      answered: entries.filter(({ kind }) => kind === "outcome").length,
      lost: pieces.filter(({ decisionId }) => !counts.has(decisionId)).map(({ decisionId }) => decisionId),
      twice: [...counts].filter(([, count]) => count > 1).map(([id]) => id),
      findings: audit.findings.map(({ kind, message }) => `${kind}: ${message}`),
      learned: learnedOf(await stores.history.latest()),
      expected: learnedOf(await relearned(stores, entries)),
    };
  } finally {
    await stores.close();
  }
}

/** What H would be if everything in the log had been learned in its order. */
async function relearned({ decisionKeys }: SqlStores, entries: readonly LogEntry[]): Promise<History> {
  const batch: (LearnedOutcome | LearnedReward)[] = [];
  for (const entry of entries) {
    if (!isLearnable(entry)) continue;
    const record = parseLearningRecord((await decisionKeys.opening(entry.body.decisionId))?.learning ?? "");
    if (record === undefined) throw new Error(`What decision ${entry.body.decisionId} was made on is gone.`);
    const { intent, features } = record;
    const fields = { intent, ...(features === undefined ? {} : { features }) };
    if (entry.kind === "outcome") batch.push({ outcome: outcomeOfEntry(entry.body), ...fields });
    else if (entry.body.taught !== null && entry.body.service !== null) batch.push({ pair: { service: entry.body.service, model: entry.body.model }, ...fields, ...entry.body.taught });
  }
  return advanceHistory({ version: 0, leaves: [] }, batch);
}

/** Without what the monitor says. */
function learnedOf({ leaves }: History): unknown {
  return leaves.map(({ service, model, outcomes, violations, learned, memory }) => ({ service, model, outcomes, violations, learned, memory }));
}
