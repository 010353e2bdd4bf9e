import type { JsonObject, JsonValue } from "@caio/core";

import { countOf, listOf, objectOf } from "./json-object.ts";

interface ToolCall {
  readonly members: Record<string, JsonValue>;
  name: string;
  readonly pieces: string[];
}

/** One choice of an answer in parts, put together as the parts come. */
export class ChoiceState {
  readonly #texts = new Map<string, string[]>();
  readonly #others: Record<string, JsonValue> = {};
  readonly #tools = new Map<number, ToolCall>();
  #finish: string | undefined;

  /** @param said - text that was said before this stream began */
  constructor(said = "") {
    if (said !== "") this.#texts.set("content", [said]);
  }

  /** Undefined while the choice goes on. */
  get finish(): string | undefined {
    return this.#finish;
  }

  /** Takes the choice's part of a chunk. True if it says something; false for a role, an empty text, or an end. */
  take(choice: JsonObject): boolean {
    const delta = objectOf(choice["delta"]) ?? (typeof choice["text"] === "string" ? { content: choice["text"] } : {});
    const says = Object.entries(delta).some(([name, value]) => name !== "role" && !isEmpty(value));
    for (const [name, value] of Object.entries(delta)) {
      if (name === "tool_calls") this.#takeTools(listOf(value));
      else if (name === "role" || value === null) continue;
      else if (typeof value === "string") this.#append(name, value);
      else this.#others[name] = value;
    }
    const finish = choice["finish_reason"];
    if (typeof finish === "string") this.#finish = finish;
    return says;
  }

  /** The message as a plain answer would hold it. */
  message(): JsonObject {
    const texts = [...this.#texts].map(([name, pieces]) => [name, pieces.join("")] as const);
    const tools = [...this.#tools].sort(([a], [b]) => a - b).map(([, tool]) => ({
      ...tool.members,
      function: { name: tool.name, arguments: tool.pieces.join("") },
    }));
    return {
      role: "assistant",
      content: null,
      ...this.#others,
      ...Object.fromEntries(texts),
      ...(tools.length === 0 ? {} : { tool_calls: tools }),
    };
  }

  #append(name: string, piece: string): void {
    const pieces = this.#texts.get(name);
    if (pieces === undefined) this.#texts.set(name, [piece]);
    else pieces.push(piece);
  }

  #takeTools(parts: readonly JsonValue[]): void {
    for (const part of parts) {
      const { index, function: called, ...members } = objectOf(part) ?? {};
      const place = countOf(index) ?? 0;
      const tool = this.#tools.get(place) ?? { members: {}, name: "", pieces: [] };
      this.#tools.set(place, tool);
      for (const [name, value] of Object.entries(members)) if (!isEmpty(value)) tool.members[name] = value;
      const { name, arguments: piece } = objectOf(called) ?? {};
      if (typeof name === "string") tool.name += name;
      if (typeof piece === "string") tool.pieces.push(piece);
    }
  }
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
