import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { Answer, Question } from "./broken-router.ts";
import type { Fault } from "../fault.ts";
import { sourceEdit } from "./source-edit.ts";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The router with a fault, in a process whose loader makes the edit; no file changes. */
export class BrokenProcess {
  readonly #child: ChildProcess;

  constructor(fault: Fault) {
    this.#child = fork(path("broken-router.ts"), [JSON.stringify(sourceEdit(fault))], {
      cwd: path("../../.."),
      execArgv: ["--import", new URL("source-edit.mjs", import.meta.url).href, "--import", "tsx", "-C", "@caio/source"],
      serialization: "advanced",
    });
  }

  /** One at a time. Rejects if the process ends instead. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => {
        reject(new Error(`The broken router ended with ${String(code)}.`));
      };
      this.#child.once("exit", ended);
      this.#child.once("message", (reply: Answer) => {
        this.#child.off("exit", ended);
        resolve(reply);
      });
      this.#child.send(question);
    });
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }
}
