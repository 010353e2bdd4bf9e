import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";

import type { ServerUser } from "./installed-postgres.ts";

/**
 * Runs the server, and outlives this process by as long as it takes to end it: when its input closes, however that came about, the
 * server ends at once and its folder goes. Words: `start PORT`, `stop`, `kill` (of the server and all of its processes).
 */
const SCRIPT = `
bin=$1 dir=$2 pid=
umask 077
"$bin/initdb" -D "$dir/data" -U caio -A scram-sha-256 --pwfile="$dir/password" --locale=C -E UTF8 --no-sync >"$dir/initdb.log" 2>&1
echo "made $?"
while read -r word port; do
  case $word in
    start)
      "$bin/postgres" -D "$dir/data" -c port="$port" >>"$dir/postgres.log" 2>&1 </dev/null &
      pid=$!
      echo "started $pid" ;;
    stop)
      kill -INT "$pid"
      wait "$pid"
      echo "stopped $?" ;;
    kill)
      kill -STOP "$pid"
      kill -KILL $(pgrep -P "$pid") "$pid"
      wait "$pid"
      echo "killed $?" ;;
  esac
done
if [ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null; then wait "$pid"; fi
rm -rf "$dir"
`;

/** The process between this one and the server. */
export class ServerKeeper {
  readonly #process: ChildProcessWithoutNullStreams;
  #said = "";
  #read = 0;
  #heard: () => void = () => undefined;

  /** @param dir - belongs to the user, and holds a file `password` */
  constructor(bin: string, dir: string, user: ServerUser | undefined) {
    // In a session of its own, so that Ctrl-C at a terminal reaches this process alone, and the server ends after it.
    this.#process = spawn("sh", ["-c", SCRIPT, "caio-postgres", bin, dir], { detached: true, cwd: dir, ...user });
    this.#process.stdout.setEncoding("utf8").on("data", (piece: string) => {
      this.#said += piece;
      this.#heard();
    });
    this.#process.stderr.resume();
    this.#process.on("exit", () => { this.#heard(); });
    this.#process.stdin.on("error", () => undefined);
    this.rest();
  }

  /** Nothing of it keeps this process alive any more. */
  rest(): void {
    this.#process.unref();
    for (const stream of [this.#process.stdin, this.#process.stdout, this.#process.stderr]) (stream as unknown as { unref(): void }).unref();
  }

  tell(words: string): void {
    this.#process.stdin.write(`${words}\n`);
  }

  /** What it says next, after that word. @throws Error if it has ended */
  async answer(word: "made" | "started" | "stopped" | "killed"): Promise<number> {
    for (;;) {
      const found = new RegExp(`^${word} (\\d+)$`, "m").exec(this.#said.slice(this.#read));
      if (found !== null) {
        this.#read += found.index + found[0].length;
        return Number(found[1]);
      }
      if (this.#process.exitCode !== null || this.#process.signalCode !== null) throw new Error("The keeper of the PostgreSQL server has ended.");
      // A timer keeps this process alive while it waits; the process and its pipes do not.
      const alive = setInterval(() => undefined, 1000);
      await new Promise<void>((heard) => { this.#heard = heard; });
      clearInterval(alive);
    }
  }

  /** Ends the server at once; resolves when its folder is gone. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.ref();
    const ended = once(this.#process, "exit");
    this.#process.stdin.end();
    await ended;
  }
}
