/** Integers from −127 to 127 as hex, one byte each, two's complement. */
export function hexOfCase(numbers: readonly number[]): string {
  return Buffer.from(Int8Array.from(numbers).buffer).toString("hex");
}

/** The integers of `hexOfCase`. */
export function caseOfHex(hex: string): number[] {
  return Array.from(Buffer.from(hex, "hex"), (byte) => (byte > 127 ? byte - 256 : byte));
}
