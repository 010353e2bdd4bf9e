import type { CryptoPort } from "../bytes/crypto-port.ts";
import type { Checks } from "../report/report.ts";
import { verifyCheckpointBy, type Checkpoint } from "./checkpoint.ts";
import { verifyCosignature, type WitnessReading } from "./cosignature.ts";

/** By which keys the signatures of a bundle are checked. */
export interface Keys {
  readonly publicKeys: readonly (string | Uint8Array)[];
  readonly port: CryptoPort;
  readonly witnesses: readonly string[];
}

/** The checkpoint of a bundle if it is one, with what its witnesses say. */
export async function checkCheckpoint(note: string, { publicKeys, port, witnesses }: Keys, checks: Checks): Promise<Checkpoint | undefined> {
  const { checkpoint, problem } = await verifyCheckpointBy(note, publicKeys, port);
  checks.add("log.checkpoint", problem);
  // Who is given the keys of all instances has that of the log's own, too, which is no witness of itself.
  const others = witnesses.filter((key) => !key.trim().startsWith(`${checkpoint?.origin ?? ""}+`));
  for (const key of checkpoint === undefined ? [] : others) addWitness(await verifyCosignature(note, key, port), checks);
  return checkpoint;
}

function addWitness({ witness, time, problem, absent }: WitnessReading, checks: Checks): void {
  const name = `log.witness.${witness}`;
  if (absent === true) checks.withhold(name, `not witnessed by ${witness}: the checkpoint has no line of this key`);
  else if (time === undefined) checks.add(name, problem);
  else checks.note(name, `witnessed by ${witness} at ${momentOf(time)}, as the largest consistent head that it had seen of this log`, "proved");
}

/** RFC 3339 where a calendar has the time. */
function momentOf(seconds: number): string {
  return seconds <= 253_402_300_799 ? new Date(seconds * 1000).toISOString() : `${String(seconds)} s`;
}
