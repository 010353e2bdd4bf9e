import { allowByLocality, HttpExecutor, InProcessExecutor } from "@caio/adapters";
import { ContractParser, type ServiceCall, type ServiceContract, type ServiceExecutor } from "@caio/contracts";
import { NatsExecutor, NatsLink } from "@caio/nats";

import { percentilesOf, type Percentiles } from "../../bench/percentiles.ts";
import { echoContract } from "../echo-contract.ts";
import { EchoCopy } from "../echo-copy.ts";

/** One way to reach a service, with so many calls at once. */
export interface CallFigures extends Percentiles {
  readonly way: string;
  readonly together: number;
  readonly perSecond: number;
}

const ID = "echo-measured";
const parser = new ContractParser();
/** About a kilobyte. */
const PAYLOAD = { text: "x".repeat(1000) };

/** What a call of the same service costs in this process, over HTTP and through NATS; the last two are in a process of their own. Milliseconds. */
export async function callOverhead(servers: readonly string[], calls: number): Promise<readonly CallFigures[]> {
  const [http, nats] = await Promise.all([EchoCopy.start("http"), EchoCopy.start("nats", ID, ...servers)]);
  const link = NatsLink.open({ servers });
  await link.first();
  const contractOf = (api: Readonly<Record<string, unknown>>): ServiceContract => parser.parseValue(echoContract(ID, api));
  const target = { execute: ({ payload }: ServiceCall) => Promise.resolve({ output: { said: payload } }), health: () => Promise.resolve({ healthy: true }) };
  const ways: readonly [string, ServiceExecutor, ServiceContract][] = [
    ["in process", new InProcessExecutor({ services: new Map([[ID, target]]) }), contractOf({ protocol: "inprocess" })],
    ["HTTP", new HttpExecutor({ allow: allowByLocality }), contractOf({ protocol: "http", base_url: http.baseUrl, endpoints: [{ path: "/" }] })],
    ["NATS", new NatsExecutor({ connection: link.current }), contractOf({ protocol: "nats" })],
  ];
  try {
    const figures: CallFigures[] = [];
    for (const together of [1, 16]) {
      for (const [way, executor, contract] of ways) figures.push({ way, together, ...(await timesOf(executor, contract, { together, calls })) });
    }
    return figures;
  } finally {
    await Promise.all([...ways.map(([, executor]) => executor.close()), http.kill(), nats.kill()]);
    await link.close();
  }
}

async function timesOf(executor: ServiceExecutor, contract: ServiceContract, { together, calls }: { together: number; calls: number }): Promise<Percentiles & { readonly perSecond: number }> {
  const call: ServiceCall = { decisionId: "d".repeat(64), idempotencyKey: "k", contract, model: null, endpoint: contract.api.endpoints[0], payload: PAYLOAD, deadlineUs: 10_000_000 };
  const once = async (): Promise<number> => {
    const from = performance.now();
    await executor.execute(call, new AbortController().signal);
    return performance.now() - from;
  };
  for (let warm = 0; warm < Math.min(200, calls); warm++) await once();
  const times: number[] = [];
  const from = performance.now();
  await Promise.all(Array.from({ length: together }, async () => { while (times.length < calls) times.push(await once()); }));
  return { ...percentilesOf(times), perSecond: (times.length / (performance.now() - from)) * 1000 };
}
