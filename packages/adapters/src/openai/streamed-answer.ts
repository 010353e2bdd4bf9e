import type { JsonObject, JsonValue } from "@caio/core";
import type { ServiceResult } from "@caio/contracts";

import { ChoiceState } from "./choice-state.ts";
import { countOf, isList, objectOf } from "./json-object.ts";
import { usageOf } from "./usage.ts";

/** More choices than this are no answer to anything. */
const MAX_CHOICES = 128;

/** What a chunk brought. */
export interface TakenChunk {
  /** Choices in which it says something: at least so many tokens. */
  readonly tokens: number;
  /** It ends a choice. */
  readonly ends: boolean;
}

/** An answer in chunks, put together as they come. */
export class StreamedAnswer {
  readonly #choices = new Map<number, ChoiceState>();
  readonly #expected: number;
  readonly #said: string;
  #head: JsonObject = {};
  #usage: JsonValue | undefined;

  /**
   * @param expected - choices that were asked for
   * @param said - text that was said before this stream began
   */
  constructor(expected: number, said: string) {
    this.#expected = expected;
    this.#said = said;
  }

  /** True when every choice that was asked for or begun has a finish_reason. */
  get finished(): boolean {
    return this.#choices.size >= this.#expected && [...this.#choices.values()].every(({ finish }) => finish !== undefined);
  }

  get finish(): string {
    return this.#choices.get(0)?.finish ?? "stop";
  }

  get usage(): ServiceResult["usage"] {
    return usageOf(this.#usage);
  }

  /** Takes a chunk. Undefined: it is none, or goes on with a choice that has ended. */
  take(chunk: JsonObject): TakenChunk | undefined {
    const choices = chunk["choices"];
    if (!isList(choices)) return undefined;
    if (objectOf(chunk["usage"]) !== undefined) this.#usage = chunk["usage"];
    if (this.#head["id"] === undefined) this.#head = chunk;
    let tokens = 0;
    let ends = false;
    for (const part of choices) {
      const choice = objectOf(part);
      const index = choice === undefined ? undefined : countOf(choice["index"] ?? 0);
      if (choice === undefined || index === undefined || index >= MAX_CHOICES) return undefined;
      const state = this.#choices.get(index) ?? new ChoiceState(index === 0 ? this.#said : "");
      this.#choices.set(index, state);
      const before = state.finish;
      const says = state.take(choice);
      if (says && before !== undefined) return undefined;
      if (says) tokens += 1;
      if (before === undefined && state.finish !== undefined) ends = true;
    }
    return { tokens, ends };
  }

  /** As a plain answer would be. */
  whole(): JsonObject {
    const { id, created, model } = this.#head;
    const choices = [...this.#choices].sort(([a], [b]) => a - b).map(([index, state]) => ({
      index,
      message: state.message(),
      finish_reason: state.finish ?? null,
    }));
    return {
      ...(id === undefined ? {} : { id }),
      object: "chat.completion",
      ...(created === undefined ? {} : { created }),
      ...(model === undefined ? {} : { model }),
      choices,
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
    };
  }
}
