import { existsSync, readFileSync } from "node:fs";
import process from "node:process";

/** Whether a process runs. One that has ended and whose keeper has not been told yet, a zombie, does not. */
export function isRunning(pid: number): boolean {
  try {
    if (existsSync("/proc/self/stat")) return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${String(pid)}/stat`, "utf8"));
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
