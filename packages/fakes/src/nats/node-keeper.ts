import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";

/**
 * Runs one server, and outlives this process by as long as it takes to end it: when its input closes, however that came about, the
 * server is killed, and the folder goes. Words: `start`, `kill`, `stop` (in order).
 */
const SCRIPT = `
program=$1 dir=$2 name=$3 pid=
while read -r word; do
  case $word in
    start)
      "$program" -c "$dir/$name.conf" >>"$dir/$name.log" 2>&1 </dev/null &
      pid=$!
      echo "started $pid" ;;
    stop)
      kill -CONT "$pid" 2>/dev/null
      kill -TERM "$pid"
      wait "$pid"
      pid=
      echo "stopped $?" ;;
    kill)
      kill -KILL "$pid"
      wait "$pid" 2>/dev/null
      pid=
      echo "killed $?" ;;
  esac
done
if [ -n "$pid" ]; then kill -KILL "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; fi
rm -rf "$dir"
`;

/** The process between this one and a server. */
export class NodeKeeper {
  readonly #process: ChildProcessWithoutNullStreams;
  #said = "";
  #read = 0;
  #heard: () => void = () => undefined;

  /** @param folder - of all servers of a cluster; holds `NAME.conf`. The last one to end removes it */
  constructor(program: string, folder: string, name: string) {
    // In a session of its own, so that Ctrl-C at a terminal reaches this process alone, and the server ends after it.
    this.#process = spawn("sh", ["-c", SCRIPT, "caio-nats", program, folder, name], { detached: true });
    this.#process.stdout.setEncoding("utf8").on("data", (piece: string) => {
      this.#said += piece;
      this.#heard();
    });
    this.#process.stderr.resume();
    this.#process.on("exit", () => { this.#heard(); });
    this.#process.stdin.on("error", () => undefined);
    // A server that is forgotten must not keep its owner alive.
    this.#process.unref();
    for (const stream of [this.#process.stdin, this.#process.stdout, this.#process.stderr]) (stream as unknown as { unref(): void }).unref();
  }

  /** Says a word, and gives the number that comes back after it. @throws Error if the keeper has ended */
  async ask(word: "start" | "stop" | "kill", answer: "started" | "stopped" | "killed"): Promise<number> {
    this.#process.stdin.write(`${word}\n`);
    for (;;) {
      const found = new RegExp(`^${answer} (\\d+)$`, "m").exec(this.#said.slice(this.#read));
      if (found !== null) {
        this.#read += found.index + found[0].length;
        return Number(found[1]);
      }
      if (this.#hasEnded) throw new Error("The keeper of the NATS server has ended.");
      // A timer keeps this process alive while it waits; the process and its pipes do not.
      const alive = setInterval(() => undefined, 1000);
      await new Promise<void>((heard) => { this.#heard = heard; });
      clearInterval(alive);
    }
  }

  /** Kills the server, if it runs; resolves when it is gone. */
  async end(): Promise<void> {
    if (this.#hasEnded) return;
    this.#process.ref();
    const ended = once(this.#process, "exit");
    this.#process.stdin.end();
    await ended;
  }

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }
}
