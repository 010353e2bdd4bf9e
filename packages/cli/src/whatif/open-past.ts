import type { RequestSize, ServiceContract } from "@caio/contracts";
import { CaioError, type Digest } from "@caio/core";
import type { PolicySet } from "@caio/rules";
import { isStoreFault, openPostgresStores, openSqlStores, type SqlStores } from "@caio/store-sql";
import { z } from "zod";

import type { CommandContext } from "../commands/command-context.ts";
import type { RemoteOptions } from "../remote/gateway-client.ts";
import { withCopyOf } from "../store/copied-store.ts";
import { requireFile, storePlace, type StoreOptions, type StorePlace } from "../store/store-place.ts";
import { ContractBook } from "./contract-book.ts";
import type { PastDecision, PastDecisions, ReadDecision } from "./past-decision.ts";
import { promisedOf } from "./promised.ts";
import { readPast, type PastQuery } from "./read-past.ts";

/** Where the past is. */
export interface PastPlace extends StoreOptions, RemoteOptions {
  /** In a database: whose log. */
  readonly instance?: string | undefined;
}

/** What a store knows of the decisions of a span of time. */
export interface Past {
  readonly past: PastDecisions;
  /** Base policies by digest: all that those decisions name and the store still has. */
  readonly policies: ReadonlyMap<Digest, PolicySet>;
}

/**
 * Reads the past: from a store that no gateway has open, which is not changed, or from a copy of what a gateway that runs keeps.
 *
 * @throws CaioError `InvalidField` without a place, `NotFound`, `ServiceUnavailable` for a file that a gateway has open
 */
export async function openPast(options: PastPlace, query: PastQuery, context: CommandContext): Promise<Past> {
  const place = storePlace(options, context);
  const isNamed = options.url !== undefined || options.keyFile !== undefined || (context.environment?.["CAIO_KEY"] ?? "") !== "";
  if (place === undefined && isNamed) return await withCopyOf(options, context, (stores) => pastIn(stores, query));
  if (place === undefined) throw new CaioError("InvalidField", `Which decisions? Name the caio.db of a gateway that does not run, --store FILE; a database, --postgres-env VARIABLE --instance NAME; or a gateway that runs, ${RUNNING}.`);
  const stores = await opened(place, options.instance);
  try {
    return await pastIn(stores, query);
  } finally {
    await stores.close();
  }
}

async function pastIn(stores: SqlStores, query: PastQuery): Promise<Past> {
  const { decisions, leftOut } = await readPast(stores.traces, query);
  const digests = [...new Set(decisions.map(({ policy }) => policy))];
  const found = await Promise.all(digests.map(async (digest) => [digest, await stores.policies.findByDigest(digest)] as const));
  const policies = new Map(found.flatMap(([digest, stored]) => (stored === undefined ? [] : [[digest, stored.policy] as const])));
  return { past: { decisions: await withPromises(decisions, policies, stores), leftOut }, policies };
}

async function withPromises(decisions: readonly ReadDecision[], policies: Past["policies"], { registry, decisionKeys }: SqlStores): Promise<readonly PastDecision[]> {
  const book = await ContractBook.of(registry);
  const kept: PastDecision[] = [];
  for (const decision of decisions) {
    const size = decision.limits.budgetMicros === null ? sizeIn((await decisionKeys.opening(decision.decisionId))?.disclosed) : undefined;
    const contract = (service: string): ServiceContract | undefined => book.contract(service, decision.epoch);
    kept.push({ ...decision, promised: promisedOf(decision, { contract, size, policy: policies.get(decision.policy) }) });
  }
  return kept;
}

const sizes = z.object({ "size.input_tokens": z.number().optional(), "size.max_output_tokens": z.number().optional() });

/** The size of a request, from what is kept to open it; undefined once that is erased. */
function sizeIn(disclosed: string | undefined): RequestSize | undefined {
  if (disclosed === undefined) return undefined;
  const { "size.input_tokens": inputTokens, "size.max_output_tokens": maxOutputTokens } = sizes.parse(JSON.parse(disclosed));
  return { ...(inputTokens === undefined ? {} : { inputTokens }), ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) };
}

const RUNNING = "--url URL, with a key that has caio.backup (CAIO_KEY, or --key-file FILE)";

async function opened(place: StorePlace, instance: string | undefined): Promise<SqlStores> {
  if ("file" in place) {
    const { file } = place;
    requireFile(file);
    return await openSqlStores({ file }).catch((error: unknown) => {
      if (!isStoreFault(error, "locked")) throw error;
      throw new CaioError("ServiceUnavailable", `${file}: a gateway has it open. Ask that one: ${RUNNING}.`, { details: { file, reason: "locked" }, cause: error });
    });
  }
  if (instance === undefined) throw new CaioError("InvalidField", "Whose log? A database holds one for each instance: name it with --instance NAME.");
  return await openPostgresStores({ ...place, instance });
}
