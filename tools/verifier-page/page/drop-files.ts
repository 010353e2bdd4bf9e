/// <reference lib="dom" />
import { byId } from "./element.ts";
import type { InputField } from "./input-field.ts";

/** Files may be dropped anywhere: one on a field is that field's, all others are told apart by their names. */
export function dropFiles(fields: Readonly<Record<"receipt" | "key", InputField>>): void {
  addEventListener("dragover", (event) => {
    event.preventDefault();
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    for (const file of files) {
      const under = files.length === 1 ? fieldUnder(event.target) : undefined;
      fields[under ?? (file.name.endsWith(".json") ? "receipt" : "key")].take(file);
    }
  });
}

function fieldUnder(target: EventTarget | null): "receipt" | "key" | undefined {
  if (!(target instanceof Node)) return undefined;
  return (["receipt", "key"] as const).find((id) => byId(id, HTMLElement).contains(target));
}
