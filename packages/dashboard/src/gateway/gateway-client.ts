import * as z from "zod/mini";

import { errorOf, GatewayError } from "./gateway-error.ts";

/** Where the gateway is, and as whom it is asked. */
export interface GatewayTerms {
  /** Ends in a slash. */
  readonly base: URL;
  readonly key: string;
  /** The key does not count any more. */
  readonly onDenied?: () => void;
}

/** What a request brings besides its path. */
export interface Asked {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** A text as it is, its type being among the headers; anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What was read, and the tag that names its version. */
export interface Tagged<Value> {
  readonly value: Value;
  readonly tag: string;
}

/** The gateway, asked over HTTP. Every method throws a `GatewayError`. */
export class GatewayClient {
  readonly #terms: GatewayTerms;

  constructor(terms: GatewayTerms) {
    this.#terms = terms;
  }

  /** An answer as it is. @throws GatewayError for all but 2xx */
  async ask(path: string, { method = "GET", body, headers, signal }: Asked = {}): Promise<Response> {
    const { base, key, onDenied } = this.#terms;
    const json = body === undefined || typeof body === "string" ? {} : { "content-type": "application/json" };
    const response = await fetch(new URL(path, base), {
      ...{ method, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" },
      headers: { authorization: `Bearer ${key}`, ...json, ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((cause: unknown) => {
      throw signal?.aborted === true ? cause : new GatewayError("Unreachable", "The gateway does not answer. Is it running?", { cause });
    });
    if (response.ok) return response;
    if (response.status === 401) onDenied?.();
    throw await errorOf(response);
  }

  /** An answer in JSON, of a shape. @throws GatewayError also `Unreadable`, where the shape is another */
  async read<Shape extends z.ZodMiniType>(path: string, shape: Shape, asked: Asked = {}): Promise<z.output<Shape>> {
    return await shaped(path, shape, await this.ask(path, asked));
  }

  /** The same, with the answer's `ETag`: a change of what was read says by it what it is a change of. @throws GatewayError as `read` */
  async readTagged<Shape extends z.ZodMiniType>(path: string, shape: Shape, asked: Asked = {}): Promise<Tagged<z.output<Shape>>> {
    const response = await this.ask(path, asked);
    return { value: await shaped(path, shape, response), tag: response.headers.get("etag") ?? "" };
  }

  async text(path: string, asked: Asked = {}): Promise<string> {
    return await (await this.ask(path, asked)).text();
  }

  /** Why a key would not do, in words; undefined: it does. */
  async problemOfKey(): Promise<string | undefined> {
    try {
      await this.ask("api/v1/services");
      return undefined;
    } catch (fault) {
      return fault instanceof GatewayError ? fault.message : "The gateway could not be asked.";
    }
  }
}

async function shaped<Shape extends z.ZodMiniType>(path: string, shape: Shape, response: Response): Promise<z.output<Shape>> {
  const answer = shape.safeParse(await response.json());
  if (answer.success) return answer.data;
  const [problem] = answer.error.issues;
  throw new GatewayError("Unreadable", `The gateway answered ${path} in a form that this page does not know (at ${problem?.path.join(".") ?? "its top"}). Load the page again.`);
}
