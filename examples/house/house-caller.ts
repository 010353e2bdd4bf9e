import { verifyBundle, type Report } from "@caio/verifier";

/** What the gateway answered; errors are answers, too. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A receipt as it was fetched, and what `@caio/verifier` says of it under the key that signs the log. */
export interface CheckedReceipt {
  readonly text: string;
  readonly report: Report;
  /** The certificate and what is disclosed beside it, in clear. */
  readonly statement: string;
}

/** One who calls a gateway with a key, over HTTP and nothing else. */
export class HouseCaller {
  readonly #url: string;
  /** What the `authorization` header carries. */
  readonly key: string;
  /** The name of the key, which is no secret. */
  readonly keyId: string;

  constructor(url: string, key: string, keyId = "") {
    this.#url = url;
    this.key = key;
    this.keyId = keyId;
  }

  /** Sends a request, whatever its answer is. A text is YAML, everything else JSON. */
  async ask(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const content = body === undefined ? {} : { "content-type": typeof body === "string" ? "application/yaml" : "application/json" };
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...content, ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Readonly<Record<string, unknown>> };
  }

  /** As `ask`, of what must work. @throws Error with what the gateway said if it does not */
  async send(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.ask(method, path, body);
    if (answer.status < 400) return answer;
    const { code, message } = answer.body["error"] as { readonly code: string; readonly message: string };
    throw new Error(`${method} ${path}: ${String(answer.status)} ${code}: ${message}`);
  }

  /** The receipt of a decision, checked as a stranger would: with the verifier, which knows nothing of the gateway but its public key. */
  async receipt(decisionId: string): Promise<CheckedReceipt> {
    const bundle = await fetch(`${this.#url}/api/v1/traces/${decisionId}/bundle`, { headers: { authorization: `Bearer ${this.key}` } });
    const text = await bundle.text();
    if (!bundle.ok) throw new Error(`No receipt of ${decisionId}: ${text}`);
    const publicKey = (await (await fetch(`${this.#url}/api/v1/log/key`)).text()).trim();
    const { payload } = JSON.parse(text) as { readonly payload: string };
    return { text, report: await verifyBundle(text, { publicKey }), statement: Buffer.from(payload, "base64").toString("utf8") };
  }
}
