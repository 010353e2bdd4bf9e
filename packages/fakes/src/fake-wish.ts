/** Everything that can go wrong with a stream; `none` is a whole answer. */
export const streamFaults = [
  "cut",
  "reset",
  "stall",
  "garbage",
  "error_in_200",
  "clean_end",
  "early_done",
  "no_done",
  "reset_before_first_byte",
] as const;
export type StreamFault = (typeof streamFaults)[number];

/** What the fake is asked for: members of the request's `metadata`, as texts. */
export interface FakeWish {
  readonly fault: StreamFault | "none";
  /** The fault comes after so many tokens. */
  readonly after: number;
  readonly tokens: number;
  /** Between tokens. */
  readonly delayMs: number;
  /** After a whole answer the connection is not ended. */
  readonly hold: boolean;
  /** Another than 200: an error in place of an answer. */
  readonly status: number;
}

/** The tokens of its one answer: `t0 t1 t2 …`. */
export function fakeTokens(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `t${String(index)} `);
}

/** The wish of a request. */
export function wishOf(body: FakeBody): FakeWish {
  const said = body.metadata ?? {};
  const fault = (["none", ...streamFaults] as const).find((name) => name === said["fault"]) ?? "none";
  return {
    fault,
    after: Number(said["after"] ?? 0),
    tokens: Number(said["tokens"] ?? 5),
    delayMs: Number(said["delay_ms"] ?? 0),
    hold: said["hold"] === "yes",
    status: Number(said["status"] ?? 200),
  };
}

/** What the fake reads of a request. */
export interface FakeBody extends Record<string, unknown> {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly messages?: readonly { readonly role?: unknown; readonly content?: unknown }[];
  readonly tools?: readonly { readonly function?: { readonly name?: string } }[];
  readonly response_format?: { readonly type?: string };
  readonly n?: number;
  readonly input?: unknown;
}
