import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { freePorts } from "@caio/fakes";

import { startNode, type Child, type Started } from "./child.ts";

/** Something that a load is sent through. */
export interface Subject {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly child: Child;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const FROM_SOURCE = ["--import", "tsx", "-C", "@caio/source"];
const RUNS_UPSTREAM = fileURLToPath(new URL("upstream-process.ts", import.meta.url));

/** The fake upstream alone: what every other subject adds to. */
export async function startUpstream(): Promise<Subject> {
  const child = await startNode({ args: [...FROM_SOURCE, RUNS_UPSTREAM], answers: (line) => `${line}/models`, speaks: true });
  return { name: "no proxy (the fake upstream itself)", url: `${child.firstLine}/chat/completions`, headers: {}, child };
}

/** (a) */
export async function startBare(upstream: string): Promise<Subject> {
  const child = await startNode({ args: [...FROM_SOURCE, RUNS_UPSTREAM, "--bare", upstream], answers: (line) => `${line}/models`, speaks: true });
  return { name: "(a) bare node:http proxy", url: `${child.firstLine}/chat/completions`, headers: {}, child };
}

/** (b): undefined if it is not installed in the folder. */
export async function startPortkey(folder: string, upstream: string): Promise<Subject | undefined> {
  const script = join(folder, "node_modules/@portkey-ai/gateway/build/start-server.js");
  if (!existsSync(script)) return undefined;
  const [port] = await freePorts(1);
  const child = await startNode({ args: [script, `--port=${String(port)}`, "--headless"], answers: () => `http://127.0.0.1:${String(port)}/`, speaks: false });
  const headers = { authorization: "Bearer x", "x-portkey-provider": "openai", "x-portkey-custom-host": upstream };
  return { name: "(b) @portkey-ai/gateway", url: `http://127.0.0.1:${String(port)}/v1/chat/completions`, headers, child };
}

/**
 * The built command `caio serve` over a file. (c): every decision certified and logged durably; (d): neither, all else the same.
 *
 * @param flags - of node
 */
export async function startCaio(upstream: string, flags: readonly string[] = [], record = true): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), "caio-bench-"));
  await mkdir(join(folder, "contracts"));
  const contract = {
    ...{ service_id: "upstream", version: "1.0.0", capabilities: ["inference.chat"], access: { public: true }, cost: { model: "free" } },
    ...{ privacy: { data_locality: "local" }, api: { protocol: "openai", base_url: upstream } },
  };
  await writeFile(join(folder, "contracts", "upstream.yaml"), JSON.stringify(contract));
  await writeFile(join(folder, "caio.yaml"), "caio_gateway: 1\nlisten: { port: 0 }\ncontracts: contracts\nlog: { level: error }\nlimits: { per_key_per_minute: 10000000 }\n" + (record ? "" : "record: false\n"));
  const args = [...flags, here("../../../packages/cli/bin/caio.js"), "serve", "--config", join(folder, "caio.yaml"), "--json"];
  const child = await startNode({ args, answers: (line) => `${servingOf(line).address}/health`, speaks: true });
  const { address, admin_key: key } = servingOf(child.firstLine);
  return { name: record ? "(c) this gateway, certificates and durable log on" : "(d) this gateway, certificates and log off", url: `${address}/v1/chat/completions`, headers: { authorization: `Bearer ${key}` }, child: withoutFolder(child, folder) };
}

function servingOf(line: string): { readonly address: string; readonly admin_key: string } {
  return JSON.parse(line) as { address: string; admin_key: string };
}

function withoutFolder(child: Started, folder: string): Child {
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true });
  };
  return { ...child, stop };
}
