import { randomOf } from "../random.ts";
import { pick, type Attack, type Attacker } from "./attack.ts";
import { bodies } from "./attacks/bodies.ts";
import { framing } from "./attacks/framing.ts";
import { paths } from "./attacks/paths.ts";
import { terms } from "./attacks/terms.ts";
import { deliver, type Reply } from "./deliver.ts";
import { leaksIn } from "./planted.ts";
import { startTarget, type Target } from "./target.ts";

/** Something that must not happen, with what brought it about. */
export interface Finding {
  readonly what: string;
  readonly kind: string;
  /** The first bytes of the request, and of the answer. */
  readonly sent: string;
  readonly came: string;
}

export interface HostileReport {
  readonly requests: number;
  /** Answers by status; `0`: the connection was closed without one. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly kinds: Readonly<Record<string, number>>;
  /** Connections that were open when the sender's patience ended. */
  readonly late: number;
  readonly findings: readonly Finding[];
}

const attackers: readonly [Attacker, ...Attacker[]] = [...framing, ...paths, ...paths, ...bodies, ...bodies, ...terms];
const BATCH = 250;
const TOGETHER = 40;

/** Attacks a gateway so often, in batches; after each it must be alive and have shown nothing. */
export async function attack(requests: number, seed: number, onBatch: (done: number) => void = () => undefined): Promise<HostileReport> {
  const random = randomOf(seed);
  const target = await startTarget();
  const statuses: Record<string, number> = {};
  const kinds: Record<string, number> = {};
  const findings: Finding[] = [];
  let late = 0;
  try {
    for (let done = 0; done < requests && target.ended() === undefined; done += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, requests - done) }, () => pick(random, attackers)(random, target.planted));
      for (const { each, reply } of await deliverAll(target, batch)) {
        count(kinds, each.kind);
        if (reply.late) late += 1;
        for (const status of statusesIn(reply.text)) count(statuses, status);
        findings.push(...faultsOf(each, reply.text, target));
      }
      findings.push(...await alive(target));
      onBatch(Math.min(requests, done + BATCH));
    }
    findings.push(...leaksIn(target.printed(), target.planted, "log").map((name) => ({ what: `${name} in the log`, kind: "log", sent: "", came: "" })));
    return { requests, statuses, kinds, late, findings };
  } finally {
    await target.stop();
  }
}

async function deliverAll({ port }: Target, batch: readonly Attack[]): Promise<readonly { readonly each: Attack; readonly reply: Reply }[]> {
  const waiting = [...batch];
  const replies: { readonly each: Attack; readonly reply: Reply }[] = [];
  const work = async (): Promise<void> => {
    for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) replies.push({ each, reply: await deliver(port, each) });
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
  return replies;
}

/** @returns `0` if there is none */
function statusesIn(text: string): readonly string[] {
  const found = [...text.matchAll(/(?:^|\n|\})HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status ?? "");
  return found.length === 0 ? ["0"] : found;
}

function faultsOf(sent: Attack, text: string, { planted }: Target): readonly Finding[] {
  const finding = (what: string): Finding => ({ what, kind: sent.kind, sent: sent.bytes.subarray(0, 600).toString("latin1").replaceAll(planted.admin, "(admin)").replaceAll(planted.caller, "(caller)"), came: text.slice(-700) });
  const failed = statusesIn(text).filter((status) => status.startsWith("5") && !isAskedFor(status, text)).map((status) => finding(`status ${status}`));
  return [...failed, ...leaksIn(text, planted, "answer").map((name) => finding(`${name} in an answer`))];
}

/** A deadline that the caller set and that has passed is the caller's. */
function isAskedFor(status: string, text: string): boolean {
  return status === "504" && text.includes("DeadlineExceeded");
}

async function alive(target: Target): Promise<readonly Finding[]> {
  const gone = target.ended();
  if (gone !== undefined) return [{ what: `the gateway ended: ${gone}`, kind: "crash", sent: "", came: target.printed().slice(-2000) }];
  const answer = await fetch(`http://127.0.0.1:${String(target.port)}/health/ready`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  return answer?.status === 200 ? [] : [{ what: "not ready within 5 s", kind: "liveness", sent: "", came: String(answer?.status) }];
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
