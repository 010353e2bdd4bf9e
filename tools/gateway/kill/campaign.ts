import { randomOf } from "../random.ts";
import type { Asked } from "./ask.ts";
import { GatewayProcess, type AfterFirstByte } from "./gateway-process.ts";
import { House } from "./house.ts";
import { Load } from "./load.ts";
import { LogWitness, type Witnessed } from "./log-witness.ts";
import { readLog, type LogFindings } from "./read-log.ts";

export interface KillOptions {
  readonly afterFirstByte: AfterFirstByte;
  /** Services, at least 4: five eighths of them speak the protocol of OpenAI, the others HTTP. */
  readonly services: number;
  /** Requests in flight at any time. */
  readonly together: number;
  /** Requests of every phase, at least. */
  readonly requests: number;
  /** How often the gateway itself is killed. */
  readonly gatewayKills: number;
  readonly seed: number;
  readonly onPhase?: (phase: string) => void;
}

/** A request, the phase in which it ended, and whether a fallback answered it. */
export type Told = Asked & { readonly phase: string; readonly fallback: boolean };

export interface KillReport {
  readonly afterFirstByte: AfterFirstByte;
  readonly told: readonly Told[];
  readonly log: LogFindings;
  readonly witnessed: Witnessed;
  /** How the gateway ended when it was asked to, and what it had said of faults. */
  readonly ended: string;
  readonly printed: string;
}

/** Kills and swaps under load, one after the other, and reads at last what the log holds of it. */
export async function killCampaign(options: KillOptions): Promise<KillReport> {
  const random = randomOf(options.seed);
  const gateway = await GatewayProcess.open(options.afterFirstByte);
  const house = new House(gateway, random);
  const witness = new LogWitness(gateway);
  const asked: (Asked & { readonly phase: string })[] = [];
  let phase = "nothing happens";
  const enter = (name: string): void => {
    phase = name;
    options.onPhase?.(name);
  };
  try {
    await house.furnish(options.services);
    const load = new Load(gateway, { together: options.together, random, onAsked: (each) => { asked.push({ ...each, phase }); } });
    await load.more(options.requests);
    for (const [name, event] of events(options, { house, load, witness, handedOut: () => asked.flatMap(({ decisionId }) => decisionId ?? []) })) {
      enter(name);
      await event();
    }
    await load.stop();
    await gateway.end("SIGTERM");
    const log = await readLog(gateway.storeFile, new Set(asked.flatMap(({ decisionId }) => decisionId ?? [])));
    const told = asked.map((each) => ({ ...each, fallback: each.decisionId !== undefined && log.fallbacks.has(each.decisionId) }));
    return { afterFirstByte: options.afterFirstByte, told, log, witnessed: witness.seen, ended: gateway.ended ?? "", printed: gateway.printed };
  } finally {
    await house.stop();
    await gateway.remove();
  }
}

interface Stage {
  readonly house: House;
  readonly load: Load;
  readonly witness: LogWitness;
  /** Decisions that callers were told of, oldest first. */
  readonly handedOut: () => readonly string[];
}

/** Receipts that are asked for after each kill of the gateway. */
const RECEIPTS = 10;

function events({ requests, together, gatewayKills }: KillOptions, { house, load, witness, handedOut }: Stage): readonly (readonly [string, () => Promise<void>])[] {
  const killed = async (share: number): Promise<void> => {
    await house.killShare(share);
    await load.more(requests);
    await house.repair();
    await load.more(together);
  };
  const swapped = async (): Promise<void> => {
    const all = [house.swapOne("openai"), house.swapOne("http"), house.replaceOne("openai")];
    await Promise.all([...all, load.more(requests)]);
  };
  const gatewayKilled = async (): Promise<void> => {
    for (let round = 0; round < gatewayKills; round++) {
      await load.more(Math.ceil(requests / gatewayKills / 2));
      await witness.look();
      const again = house.killGateway();
      load.killed(again);
      await again;
      const before = handedOut().slice(-RECEIPTS);
      await witness.look();
      await witness.fetchReceipts(before);
      await load.more(Math.ceil(requests / gatewayKills / 2));
    }
  };
  return [
    ["kill -9 of a service", () => killed(0)],
    ["kill -9 of half the services", () => killed(0.5)],
    ["hot swap and replacement", swapped],
    ["kill -9 of the gateway", gatewayKilled],
  ];
}
