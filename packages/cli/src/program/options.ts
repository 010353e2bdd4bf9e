import { InvalidArgumentError, type Command } from "commander";

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

/** A command that people look at again and again. */
export function watched(command: Command): Command {
  return command.option("--watch", "go on, and show what changes, until told to stop (Ctrl-C)");
}
