import { fork } from "node:child_process";

const DEFAULT_FLAGS = ["--expose-gc"];

/**
 * Runs a script in a process of its own, so that no other point's garbage, inline caches or compiled code weigh on it, and gives what it
 * hands over with `handOver`. Its standard error is passed through.
 *
 * @param flags - of node, beside those of this process
 * @throws if the child fails or ends without a word
 */
export async function inChild<Result>(script: string | URL, args: readonly string[], flags: readonly string[] = []): Promise<Result> {
  const child = fork(script, args, { execArgv: [...process.execArgv, ...DEFAULT_FLAGS, ...flags], stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "json" });
  return await new Promise<Result>((done, failed) => {
    let result: { readonly value: Result } | undefined;
    child.on("message", (message: { readonly value: Result }) => { result = message; });
    child.on("error", failed);
    child.on("close", (code) => {
      if (code === 0 && result !== undefined) done(result.value);
      else failed(new Error(`The child for ${args.join(" ")} ended with ${String(code)} and ${result === undefined ? "no" : "a"} result.`));
    });
  });
}

/** Gives the parent the result of this child. */
export function handOver(value: unknown): void {
  if (process.send === undefined) throw new Error("This is no child process: start the command that forks it.");
  process.send({ value });
}

/** A line on standard error: what is going on. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
