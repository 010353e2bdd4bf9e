import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { SourceEdit } from "../../faults/broken/source-edit.ts";
import type { Finding } from "./check-group.ts";
import type { Runner, Task } from "./task.ts";

/** What a worker answers to a task. */
export type Reply = { readonly findings: readonly Finding[] } | { readonly stopped: string };

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Cases live for a moment: with room for the young, most are gone before anybody copies them. */
const TYPESCRIPT = ["--max-semi-space-size=64", "--import", "tsx", "-C", "@caio/source"];
const EDITED = ["--import", new URL("../../faults/broken/source-edit.mjs", import.meta.url).href, ...TYPESCRIPT];

/** Processes that work tasks off side by side. With an edit they load one source file changed; the file itself stays as it is. */
export class WorkerPool {
  readonly #workers: readonly ChildProcess[];
  readonly #idle: ChildProcess[];
  readonly #waiting: ((worker: ChildProcess) => void)[] = [];

  constructor(size: number, edit?: SourceEdit) {
    const options = { cwd: path("../../.."), execArgv: edit === undefined ? TYPESCRIPT : EDITED, serialization: "advanced" as const };
    const args = edit === undefined ? [] : [JSON.stringify(edit)];
    this.#workers = Array.from({ length: size }, () => fork(path("../worker.ts"), args, options));
    this.#idle = [...this.#workers];
  }

  /** Rejects if the worker ends, or the task throws. */
  readonly run: Runner = async (task) => {
    const worker = this.#idle.pop() ?? (await new Promise<ChildProcess>((resolve) => this.#waiting.push(resolve)));
    const reply = await askWorker(worker, task);
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
    if ("stopped" in reply) throw new Error(`${labelOf(task)}: ${reply.stopped}`);
    return reply.findings;
  };

  stop(): void {
    for (const worker of this.#workers) worker.kill("SIGKILL");
  }
}

function askWorker(worker: ChildProcess, task: Task): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => {
      reject(new Error(`${labelOf(task)}: the process ended with ${String(code)}.`));
    };
    worker.once("exit", ended);
    worker.once("message", (reply: Reply) => {
      worker.off("exit", ended);
      resolve(reply);
    });
    worker.send(task);
  });
}

function labelOf(task: Task): string {
  const what = task.kind === "judge" ? task.group : `${task.check} with ${task.fault}`;
  return `${what} from seed ${String(task.seeds.from)}`;
}
