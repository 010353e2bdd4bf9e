import { integer, localities, mapping, type Locality } from "@caio/contracts";
import { z } from "zod";

/** What texts are encoded with: of requests, and of contracts. */
export interface EncoderTerms {
  readonly kind: "hashing" | "use" | "endpoint";
  /** Whether requests have what learning sees of their texts; absent: if values are learned online. */
  readonly features?: boolean | undefined;
  /** What becomes of a request while the encoder is away: it is not decided, or decided as one without words. */
  readonly away: "refuse" | "blank";
  /** Encodings that are kept, and about how many bytes they may take. */
  readonly cache: { readonly entries: number; readonly bytes: number };
  /** Of kind `endpoint`. */
  readonly endpoint?: EndpointTerms | undefined;
}

/** An endpoint that speaks OpenAI's `/v1/embeddings`. */
export interface EndpointTerms {
  readonly baseUrl: string;
  readonly model: string;
  readonly dimensions: number;
  readonly askDimensions: boolean;
  readonly locality?: Locality | undefined;
  /** The variable that holds its key; absent: it asks for none. */
  readonly keyEnv?: string | undefined;
  readonly timeoutMs: number;
  readonly batchTexts: number;
  readonly calls: number;
  /** Longest text that is sent, UTF-16 code units. */
  readonly maxUnits: number;
  /** Instead of the id that is made of the rest. */
  readonly id?: string | undefined;
}

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "expected the name of a variable, such as EMBEDDINGS_KEY (never the key itself)");
const encoderName = z.string().regex(/^[^\s\p{C}]{1,128}$/u, "expected 1 to 128 characters without spaces");

const baseUrl = z.string().superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return;
  context.addIssue({ code: "custom", message: "expected an http or https URL without credentials, such as http://127.0.0.1:8000/v1" });
});

const endpoint = mapping({
  base_url: baseUrl,
  model: encoderName,
  dimensions: integer(1, 16_384),
  ask_dimensions: z.boolean().default(false),
  data_locality: z.enum(localities).optional(),
  key_env: variable.optional(),
  timeout_ms: integer(1, 600_000).prefault("5000"),
  batch: integer(1, 2048).prefault("32"),
  calls: integer(1, 256).prefault("4"),
  max_units: integer(1, 1_000_000).prefault("8192"),
  id: encoderName.optional(),
}).transform((said): EndpointTerms => ({
  baseUrl: said.base_url,
  model: said.model,
  dimensions: said.dimensions,
  askDimensions: said.ask_dimensions,
  locality: said.data_locality,
  keyEnv: said.key_env,
  timeoutMs: said.timeout_ms,
  batchTexts: said.batch,
  calls: said.calls,
  maxUnits: said.max_units,
  id: said.id,
}));

/** `encoder` of `caio.yaml`. */
export const encoderTerms: z.ZodType<EncoderTerms> = mapping({
  kind: z.enum(["hashing", "use", "endpoint"]).default("hashing"),
  features: z.boolean().optional(),
  away: z.enum(["refuse", "blank"]).default("refuse"),
  cache: mapping({ entries: integer(0, 1_000_000).prefault("1024"), bytes: integer(0, 4_294_967_296).prefault("16777216") }).prefault({}),
  endpoint: endpoint.optional(),
}).superRefine(({ kind, endpoint: said }, context) => {
  if (kind === "endpoint" && said === undefined) context.addIssue({ code: "custom", path: ["endpoint"], message: "expected where the endpoint is: base_url, model and dimensions" });
  if (kind !== "endpoint" && said !== undefined) context.addIssue({ code: "custom", path: ["endpoint"], message: "expected kind: endpoint beside it, since it is not asked otherwise" });
});
