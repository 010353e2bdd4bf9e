import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What a verifier says of a bundle: another version of the decision function, or more than it checks, is neither valid nor a lie. */
export type Verdict = "valid" | "invalid" | "unknown version" | "not checked";

export interface PythonAnswer {
  readonly verdict: Verdict;
  /** The first check that failed, as the verifier says it. */
  readonly why: string;
}

/** The verifier in Python as one process that answers bundles in the order in which they were asked. */
export interface PythonVerifier {
  /** @param bundle - a text without line breaks */
  ask(bundle: string): Promise<PythonAnswer>;
  /** Ends the process. */
  close(): Promise<void>;
}

/** @param keyFile - the operator's public key, in any form that README.md names */
export function pythonVerifier(keyFile: string): PythonVerifier {
  return pythonProcess("--key", keyFile);
}

/** Asked choices of plans by themselves. */
export function pythonChoiceVerifier(): PythonVerifier {
  return pythonProcess("--choice");
}

function pythonProcess(...options: readonly string[]): PythonVerifier {
  const child = spawn("python3", ["verify.py", "--batch", "-", ...options], { cwd: import.meta.dirname, stdio: ["pipe", "pipe", "inherit"] });
  const waiting: { readonly answer: (answer: PythonAnswer) => void; readonly fail: (error: Error) => void }[] = [];
  const ended = new Promise<void>((resolve) => {
    child.on("close", (code) => {
      for (const { fail } of waiting) fail(new Error(`The verifier in Python ended with ${String(code)} before it had answered.`));
      resolve();
    });
  });
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.answer(answerOf(line)));
  return {
    ask(bundle) {
      return new Promise((answer, fail) => {
        waiting.push({ answer, fail });
        child.stdin.write(`${bundle}\n`);
      });
    },
    close() {
      child.stdin.end();
      return ended;
    },
  };
}

/** `12 invalid "check: why"` */
function answerOf(line: string): PythonAnswer {
  const said = line.slice(line.indexOf(" ") + 1);
  if (said === "valid" || said === "unknown version" || said === "not checked") return { verdict: said, why: "" };
  return { verdict: "invalid", why: said.replace(/^invalid /, "") };
}
