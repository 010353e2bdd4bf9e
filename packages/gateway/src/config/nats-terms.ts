import { integer, mapping } from "@caio/contracts";
import { z } from "zod";

/** How a gateway takes part in NATS. Nothing of it is the record: what NATS loses is published again from the store. */
export interface NatsTerms {
  /** `nats://host:port` or `tls://host:port`, without credentials. */
  readonly servers: readonly string[];
  /** References to secrets, never the secrets; absent: the servers ask for none. */
  readonly credentials?: NatsReferences | undefined;
  /** Paths of PEM files, relative to the configuration. */
  readonly tls?: { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined } | undefined;
  /** What the subjects of answers to this gateway begin with. */
  readonly inboxPrefix: string;
  /** Servers that keep a copy each of what the gateway has to make: streams, buckets. */
  readonly replicas: number;
  /** Services may be reached through NATS (`api: { protocol: nats }`). */
  readonly services: boolean;
  /** The log is copied into a stream. */
  readonly streams: boolean;
  /** Show this gateway's registry in the bucket, or be as it is shown there. */
  readonly registry?: "publish" | "follow" | undefined;
  readonly bucket: string;
  /** The only gateway whose registry is followed, by its `origin`. */
  readonly source?: string | undefined;
  /** Milliseconds between two signs of life of a gateway that shows its registry. */
  readonly beatMs: number;
  /** Milliseconds after which a decision on a followed registry that nobody confirmed says so. */
  readonly staleAfterMs: number;
}

/** One way to say who the gateway is; every value but `user` is `env:NAME` or `file:/path`. */
export interface NatsReferences {
  readonly creds?: string | undefined;
  readonly nkey?: string | undefined;
  readonly token?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

const reference = z.string().regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\/[^\s\p{C}]{1,1000})$/u, "expected a reference: env:NAME or file:/path (never the secret itself)");
const path = z.string().min(1);

const server = z.string().superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === "nats:" || url.protocol === "tls:") && url.host !== "" && url.username === "" && url.password === "") return;
  context.addIssue({ code: "custom", message: "expected nats://host:port or tls://host:port, without credentials: they are named under credentials" });
});

const credentials = mapping({ creds: reference.optional(), nkey: reference.optional(), token: reference.optional(), user: z.string().min(1).max(256).optional(), password: reference.optional() }).superRefine((said, context) => {
  const ways = [said.creds, said.nkey, said.token, said.user ?? said.password].filter((way) => way !== undefined).length;
  if (ways !== 1 || (said.user === undefined) !== (said.password === undefined)) context.addIssue({ code: "custom", message: "expected one of creds, nkey and token, or user and password" });
});

/** `nats` of `caio.yaml`. */
export const natsTerms: z.ZodType<NatsTerms> = mapping({
  servers: z.array(server).min(1).max(64),
  credentials: credentials.optional(),
  tls: mapping({ ca: path.optional(), cert: path.optional(), key: path.optional() }).optional(),
  inbox_prefix: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "expected letters, digits, _ and -").default("_INBOX"),
  replicas: integer(1, 5).prefault("1"),
  services: z.boolean().default(false),
  streams: z.boolean().default(false),
  registry: z.enum(["publish", "follow"]).optional(),
  bucket: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "expected letters, digits, _ and -").default("CAIO_REGISTRY"),
  source: z.string().min(1).max(256).optional(),
  beat_ms: integer(50, 60_000).prefault("2000"),
  stale_after_ms: integer(100, 86_400_000).prefault("10000"),
}).transform(({ inbox_prefix: inboxPrefix, beat_ms: beatMs, stale_after_ms: staleAfterMs, ...rest }) => ({ ...rest, inboxPrefix, beatMs, staleAfterMs }));
