import { InProcessExecutor, OpenAiExecutor, ProtocolDispatcher, type InProcessTarget } from "@caio/adapters";
import { ContractParser, parsePrincipal, parseRequestValue, type RequestDocument } from "@caio/contracts";
import { ControlIntegrator, encodeContract, HashingEncoder, InMemoryMaia } from "@caio/control";
import { digest, sha256Hex, type JsonValue } from "@caio/core";
import { FakeOpenAiUpstream, fakeTokens, type StreamFault } from "@caio/fakes";
import { GuaranteeEnforcer, type Clock } from "@caio/guarantees";
import { InMemoryHistoryStore, Orchestrator, PolicySnapshot, type Orchestration } from "@caio/orchestrator";
import { ServiceRegistry } from "@caio/registry";
import { parsePolicySet } from "@caio/rules";
import { auditLog, InMemoryTraceStore, TraceabilitySystem } from "@caio/traceability";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

/** Long enough for a busy machine, short enough that a stall is over soon. */
const PATIENCE_US = 3_000_000;
const TOKENS = 21;
const ALL = fakeTokens(TOKENS).join("");

let faulty: FakeOpenAiUpstream;
let sound: FakeOpenAiUpstream;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  faulty = await FakeOpenAiUpstream.start();
  sound = await FakeOpenAiUpstream.start({ healthy: true });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
afterAll(async () => {
  await faulty.stop();
  await sound.stop();
});

const clock: Clock = {
  nowUs: () => performance.now() * 1000,
  setTimer: (delayUs, wake) => {
    const timer = setTimeout(wake, delayUs / 1000);
    return () => { clearTimeout(timer); };
  },
};

const principal = parsePrincipal('{ "subject": "alice", "issuer": "local", "tenant": "acme", "trust": 5 }');

interface Service {
  readonly id: string;
  readonly api: Record<string, unknown>;
  readonly cost: string;
}

/** The whole house, with real services behind: nothing of ours is a double. */
async function house(services: readonly Service[], afterFirstByte: "error" | "resume", inProcess: ReadonlyMap<string, InProcessTarget> = new Map()): Promise<{
  readonly orchestrator: Orchestrator;
  readonly traces: TraceabilitySystem;
}> {
  const encoder = new HashingEncoder();
  const registry = new ServiceRegistry();
  for (const { id, api, cost } of services) {
    const document = {
      ...{ service_id: id, version: "1.0.0", capabilities: ["inference.chat"], access: { public: true }, api },
      cost: { model: "per_request", base_cost: cost, currency: "USD" },
      privacy: { data_locality: "local" },
    };
    const contract = new ContractParser().parse(JSON.stringify(document), { file: `${id}.json` });
    await registry.register({ contract, encoding: encodeContract(contract, encoder), encoderId: encoder.id });
  }
  const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
  const executor = new ProtocolDispatcher([new OpenAiExecutor(), new InProcessExecutor({ services: inProcess })]);
  cleanups.push(() => executor.close());
  let keys = 0;
  const policy = `caio_policy: 1\nid: house\nlimits: { deadline_ms: 60000 }\nfallback: { max_attempts: 3, after_first_byte: ${afterFirstByte} }\n`;
  const orchestrator = new Orchestrator(
    {
      ...{ registry, traces, clock, executor, history: new InMemoryHistoryStore(), enforcer: new GuaranteeEnforcer({ clock }) },
      control: new ControlIntegrator({ encoder, maia: new InMemoryMaia() }),
      door: { now: () => 1_764_000_000_000, freshKey: () => sha256Hex(`key ${String(keys++)}`) },
      detect: () => [],
      streamLimits: { firstDeltaUs: PATIENCE_US, betweenDeltasUs: PATIENCE_US },
    },
    new PolicySnapshot(1, parsePolicySet(policy)),
  );
  return { orchestrator, traces };
}

function openAi(id: string, upstream: FakeOpenAiUpstream, cost: string): Service {
  return { id, cost, api: { protocol: "openai", base_url: upstream.baseUrl } };
}

function request(metadata: Record<string, string>): RequestDocument {
  const payload = { messages: [{ role: "user", content: "say it" }], metadata: { tokens: String(TOKENS), ...metadata } };
  return parseRequestValue({ caio_request: 1, requirements: { capabilities: ["inference.chat"] }, data: { payload } });
}

interface Told {
  readonly services: string[];
  readonly deltas: JsonValue[];
  readonly text: string;
  readonly end: Orchestration;
}

async function listen(orchestrator: Orchestrator, document: RequestDocument): Promise<Told> {
  const services: string[] = [];
  const deltas: JsonValue[] = [];
  for await (const event of orchestrator.stream(document, principal)) {
    if (event.kind === "delta") deltas.push(event.value);
    else if (event.kind === "ended") return { services, deltas, text: textOf(deltas), end: event.orchestration };
    else services.push(`${event.kind} ${event.decision.outcome.selected.service}`);
  }
  throw new Error("the stream stopped without a last word");
}

function textOf(deltas: readonly JsonValue[]): string {
  return deltas.map((delta) => (delta as { choices?: { delta: { content?: string } }[] }).choices?.[0]?.delta.content ?? "").join("");
}

/** No stream stays open. */
async function closed(...upstreams: readonly FakeOpenAiUpstream[]): Promise<void> {
  await vi.waitFor(() => { expect(upstreams.map(({ openStreams }) => openStreams)).toEqual(upstreams.map(() => 0)); }, { timeout: 20_000, interval: 10 });
}

/** Every k of 0 to 20 at once. */
async function campaign(fault: StreamFault, services: readonly Service[], afterFirstByte: "error" | "resume"): Promise<{ k: number; told: Told }[]> {
  const { orchestrator, traces } = await house(services, afterFirstByte);
  const cases = await Promise.all(
    Array.from({ length: 21 }, async (_, k) => ({ k, told: await listen(orchestrator, request({ fault, after: String(k) })) })),
  );
  // Every attempt is in the log, and says how it ended.
  for (const { told } of cases) {
    for (const { decision, enforcement } of told.end.attempts) {
      const trace = await traces.trace(decision.decisionId);
      expect(trace?.outcomes.map(({ status }) => status)).toEqual([enforcement.status]);
      const reason = trace?.outcomes[0]?.reason ?? "";
      expect(reason.endsWith(",interrupted")).toBe(enforcement.status !== "success" && (enforcement.stream?.deltas ?? 0) > 0);
    }
  }
  expect(await auditLog(traces)).toEqual([]);
  await closed(faulty, sound);
  return cases;
}

/** Whether the first service failed after it had said something. */
function brokeOff({ end: { attempts } }: Told): boolean {
  const [first] = attempts;
  return first !== undefined && first.enforcement.status !== "success" && (first.enforcement.stream?.deltas ?? 0) > 0;
}

/** Streams of one fake upstream that break in these ways, or that the caller leaves, through the whole house, for tests. */
export function breakStreams(faults: readonly StreamFault[]): void {
  describe.each(faults)("%s after k of 0 to 20 tokens", (fault) => {
    it("is never a success: the request fails, typed, and says whether it was interrupted", async () => {
      for (const { told } of await campaign(fault, [openAi("a", faulty, "0.01")], "error")) {
        expect(told.end.kind).not.toBe("success");
        expect(told.end).toMatchObject(told.deltas.length > 0 ? { kind: "failed", interrupted: true } : { attempts: [{ enforcement: { stream: { deltas: 0 } } }] });
        expect(ALL.startsWith(told.text)).toBe(true);
      }
    });

    it("before the first token falls back by a new decision; after it ends in an error", async () => {
      for (const { told } of await campaign(fault, [openAi("a", faulty, "0.01"), openAi("b", sound, "0.02")], "error")) {
        const interrupted = brokeOff(told);
        expect(told.end.kind).toBe(interrupted ? "failed" : "success");
        if (!interrupted) expect(told).toMatchObject({ text: ALL, services: expect.arrayContaining(["decided b"]) as unknown });
      }
    });

    it("after the first token is continued by the next service, if the policy says so", async () => {
      for (const { told } of await campaign(fault, [openAi("a", faulty, "0.01"), openAi("b", sound, "0.02")], "resume")) {
        // All words had been said and the choice had ended: there is nothing to go on with.
        if (fault === "no_done" && brokeOff(told)) {
          expect(told).toMatchObject({ text: ALL, end: { kind: "failed", interrupted: true } });
          continue;
        }
        expect(told.end.kind).toBe("success");
        expect(told.text).toBe(ALL);
        expect(told.end).toMatchObject({ resultDigest: digest(told.deltas), output: { choices: [{ message: { content: ALL } }] } });
      }
    });
  });

  describe("a caller who leaves", () => {
    it.each(["stall", "none"] as const)("after k of 0 to 20 tokens of an upstream with fault %s leaves no stream open", async (fault) => {
      const { orchestrator, traces } = await house([openAi("a", faulty, "0.01")], "resume");
      await Promise.all(
        Array.from({ length: 21 }, async (_, k) => {
          const stream = orchestrator.stream(request({ fault, after: String(k), delay_ms: "5" }), principal);
          const decided = await stream.next();
          for (let heard = 0; heard < k; heard++) await stream.next();
          const waiting = stream.next();
          await stream.return();
          await waiting;
          if (decided.done === true || decided.value.kind !== "decided") throw new Error("expected a decision");
          const trace = await traces.trace(decided.value.decision.decisionId);
          expect(trace?.outcomes.map(({ status }) => status)).toEqual(["cancelled"]);
        }),
      );
      await closed(faulty);
    });
  });

  describe("a service in this process", () => {
    it("streams, and goes on with the answer of an upstream that broke off", async () => {
      const target: InProcessTarget = {
        execute: () => Promise.reject(new Error("it only streams")),
        health: () => Promise.resolve({ healthy: true }),
        // eslint-disable-next-line @typescript-eslint/require-await -- a service that need not wait
        stream: async function* (call) {
          const said = textOf(call.resume?.deltas ?? []).split(" ").length - 1;
          for (const content of fakeTokens(TOKENS).slice(said)) yield { kind: "delta", value: { choices: [{ delta: { content } }] } };
          yield { kind: "end", finish: "stop", output: "said by this process" };
        },
        resumable: () => true,
      };
      const services = [openAi("a", faulty, "0.01"), { id: "here", cost: "0.02", api: { protocol: "inprocess" } }];
      const { orchestrator } = await house(services, "resume", new Map([["here", target]]));
      const told = await listen(orchestrator, request({ fault: "cut", after: "5" }));
      expect(told).toMatchObject({ text: ALL, end: { kind: "success" } });
      if (told.services[0] === "decided a") expect(told.services).toEqual(["decided a", "resumed here"]);
    });
  });
}
