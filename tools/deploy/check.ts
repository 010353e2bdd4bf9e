import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { FakeOpenAiUpstream } from "@caio/fakes";

import { readDockerfile } from "./dockerfile-steps.ts";
import { measureStart, type Start } from "./measure-start.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PORT = 18_080;
const ADDRESS = `http://127.0.0.1:${String(PORT)}`;
const REQUESTS = 1000;

const { values: options } = parseArgs({ options: { command: { type: "string" }, node: { type: "string", default: process.execPath }, starts: { type: "string", default: "5" }, keep: { type: "boolean", default: false } } });
const folder = await mkdtemp(join(tmpdir(), "caio-deploy-"));
const upstream = await FakeOpenAiUpstream.start({ healthy: true, forgetful: true });
try {
  const caio = options.command?.split(" ") ?? (await imageCommand());
  console.log(`command: ${caio.join(" ")}`);
  await report(caio);
} finally {
  await upstream.stop();
  if (options.keep) console.log(`kept: ${folder}`);
  else await rm(folder, { recursive: true, force: true });
}

/** What the Dockerfile does, done in a folder: its own commands with their places moved below it. The command that starts the image. */
async function imageCommand(): Promise<readonly string[]> {
  const { steps, copied, entry } = readDockerfile(await readFile(join(import.meta.dirname, "Dockerfile"), "utf8"));
  const source = join(folder, "src");
  const moved = (text: string): string => text.replace(/(?<=^|\s)\/app(?=\/|\s|$)/g, join(folder, "app"));
  for (const step of steps) {
    if (step.kind === "copy-context") {
      const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: ROOT, encoding: "utf8" }).split("\0");
      for (const file of files.filter((name) => name !== "")) {
        await mkdir(dirname(join(source, file)), { recursive: true });
        await cp(join(ROOT, file), join(source, file)).catch((error: unknown) => {
          // Removed and not committed yet.
          if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
        });
      }
    } else {
      console.log(`RUN ${step.command}`);
      execFileSync("sh", ["-c", moved(step.command)], { cwd: source, stdio: ["ignore", "ignore", "inherit"] });
    }
  }
  if (copied.get("/app") !== "/app") throw new Error("The Dockerfile copies the application from another place than /app.");
  // Nothing of the tree that it was built in may be needed.
  await rm(source, { recursive: true, force: true });
  console.log(`image: ${execFileSync("du", ["-sh", join(folder, "app")], { encoding: "utf8" }).split("\t")[0] ?? ""} beside node`);
  return entry.map((part) => (part === "node" ? options.node : moved(part)));
}

async function report(caio: readonly string[]): Promise<void> {
  const home = join(folder, "home");
  const [program = "", ...args] = caio;
  execFileSync(program, [...args, "init", home, "--openai", `chat=${upstream.baseUrl},model=fake-1`, "--port", String(PORT), "--yes"], { stdio: "ignore" });
  const data = join(home, "caio-data");
  const keyFile = join(folder, "admin.key");
  const command = [...caio, "serve", "--config", join(home, "caio.yaml")];
  const quiet = (await readFile(join(home, "caio.yaml"), "utf8")).replace("level: info", "level: warn");
  await writeFile(join(home, "caio.yaml"), quiet);
  const first = await measureStart({ command: [...command, "--admin-key-file", keyFile], address: ADDRESS, data, use: async () => { await ask((await readFile(keyFile, "utf8")).trim()); } });
  const again: Start[] = [];
  for (let at = 0; at < Number(options.starts); at++) again.push(await measureStart({ command, address: ADDRESS }));
  const median = (pick: (start: Start) => number): string => pick([...again].sort((a, b) => pick(a) - pick(b))[Math.floor(again.length / 2)] ?? first).toFixed(0);
  console.log(`first start: ready after ${first.readyMs.toFixed(0)} ms (${first.cpuMs.toFixed(0)} ms of processor time), idle ${first.idleMib.toFixed(0)} MiB, after ${String(REQUESTS)} requests ${(first.afterMib ?? 0).toFixed(0)} MiB (${((first.usedCpuMs ?? 0) / REQUESTS).toFixed(2)} ms of processor time each)`);
  console.log(`${String(again.length)} more, median: ready after ${median(({ readyMs }) => readyMs)} ms (${median(({ cpuMs }) => cpuMs)} ms of processor time), idle ${median(({ idleMib }) => idleMib)} MiB`);
  console.log(`best: ready after ${Math.min(...again.map(({ readyMs }) => readyMs)).toFixed(0)} ms`);
}

/** Chat completions, sixteen at a time; every answer must be one. */
async function ask(key: string): Promise<void> {
  let left = REQUESTS;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const response = await fetch(`${ADDRESS}/v1/chat/completions`, { method: "POST", headers: { authorization: `Bearer ${key}`, "content-type": "application/json" }, body: '{"model":"caio:auto","messages":[{"role":"user","content":"Hello"}]}' });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`A request was answered with ${String(response.status)}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}
