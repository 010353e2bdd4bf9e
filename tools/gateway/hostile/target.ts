import { fork, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FakeOpenAiUpstream } from "@caio/fakes";

import { plantSecrets, type Planted } from "./planted.ts";

/** A gateway under attack. */
export interface Target {
  readonly port: number;
  readonly planted: Planted;
  /** What it has printed so far. */
  printed(): string;
  /** Undefined while it runs. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

interface Started {
  readonly address: string;
  readonly admin: string;
  readonly caller: string;
}

/** Starts a gateway in a process of its own, with secrets wherever it holds some. */
export async function startTarget(): Promise<Target> {
  const upstream = await FakeOpenAiUpstream.start({ healthy: true, forgetful: true });
  const folder = await mkdtemp(join(tmpdir(), "caio-hostile-"));
  const secrets = plantSecrets({ admin: "", caller: "" });
  const file = join(folder, "secret");
  await writeFile(file, secrets.header);
  const contracts = [
    contract("victim", upstream.baseUrl, { scheme: "bearer", secret: "env:PLANTED_BEARER" }),
    contract("second", upstream.baseUrl, { scheme: "bearer", secret: `file:${file}` }),
  ];
  const environment = { PLANTED_BEARER: secrets.bearer, PLANTED_FILE: file, PLANTED_VARIABLE: secrets.serverVariable };
  const env = { ...process.env, ...environment, TARGET: JSON.stringify({ signingPem: secrets.signingPem, contracts }) };
  const child = fork(new URL("target-process.ts", import.meta.url), { execArgv: ["--import", "tsx", "-C", "@caio/source"], env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let printed = "";
  let ended: string | undefined;
  for (const output of [child.stdout, child.stderr]) output?.setEncoding("utf8").on("data", (piece: string) => { printed += piece; });
  child.on("exit", (code, signal) => { ended = `exit ${String(code)} ${String(signal)}`; });
  const { address, admin, caller } = await started(child, () => printed);
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await upstream.stop();
    await rm(folder, { recursive: true });
  };
  return { port: Number(new URL(address).port), planted: { ...secrets, admin, caller }, printed: () => printed, ended: () => ended, stop };
}

function started(child: ChildProcess, printed: () => string): Promise<Started> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => { resolve(message as Started); });
    child.once("exit", () => { reject(new Error(`The gateway did not start: ${printed()}`)); });
  });
}

function contract(id: string, baseUrl: string, auth: object): object {
  return {
    ...{ service_id: id, version: "1.0.0", capabilities: ["inference.chat", "inference.embedding"], access: { public: true }, cost: { model: "free" } },
    ...{ models: [{ id: `${id}-1` }], privacy: { data_locality: "local" }, api: { protocol: "openai", base_url: baseUrl, auth } },
  };
}
