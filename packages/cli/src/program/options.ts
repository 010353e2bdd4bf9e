import { InvalidArgumentError } from "commander";

/** @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError("Expected a whole number from 0 on.");
}

/** Names between commas. @throws InvalidArgumentError */
export function names(text: string): readonly string[] {
  const list = text.split(",").map((name) => name.trim());
  if (list.includes("")) throw new InvalidArgumentError("Expected names with commas between them.");
  return list;
}
