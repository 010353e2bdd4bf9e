import { isDigest, type Digest } from "@caio/core";
import type { AppendedEntry } from "@caio/traceability";
import type { Kysely, Transaction } from "kysely";

import { listed, RowInserter } from "../engine/insert-rows.ts";
import { storeError } from "../engine/store-fault.ts";
import type { CertificatePartRow, CertificateRow, Tables } from "../schema/tables.ts";
import { corruptRow } from "./row-door.ts";

/** A text that many certificates have in common; without the text: it is known to be kept. */
export interface SharedPart {
  readonly digest: Digest;
  readonly text?: string;
}

/** A certificate as it may be appended: one text, or parts in their order. */
export type GivenCertificate = string | readonly (string | SharedPart)[];

/** How many entries further the text of a part is given again. */
const AGAIN = 2048;
/** How many entries further certificates may refer to a part whose text was given; the rest is room to spare. */
const KEPT_FOR = 4 * AGAIN;
const MAX_NOTED = 1024;
const PLACE = /^([0-9]+):([0-9a-f]{64})$/;

/** Which parts the other side has, so that their texts need not be given again. It is asked and told in the order of the log. */
export class PartsGiven {
  readonly #since = new Map<Digest, number>();

  /** True if the text must be given with the entry at this index; from then on it has been. */
  isDue(digest: Digest, index: number): boolean {
    const since = this.#since.get(digest);
    if (since !== undefined && index >= since && index < since + AGAIN) return false;
    if (this.#since.size >= MAX_NOTED) this.#since.clear();
    this.#since.set(digest, index);
    return true;
  }

  /** Something that was given may not be kept. */
  forget(): void {
    this.#since.clear();
  }
}

/** Certificates with the texts of the parts that are due, and without those that are not. */
export function dueParts<Entry extends { readonly certificate: GivenCertificate | null }>(entries: readonly Entry[], start: number, given: PartsGiven): readonly Entry[] {
  return entries.map((entry, at) => {
    const { certificate } = entry;
    if (certificate === null || typeof certificate === "string") return entry;
    const parts = certificate.map((part) => {
      if (typeof part === "string" || part.text === undefined) return part;
      const { digest, text } = part;
      return given.isDue(digest, start + at) ? { digest, text } : { digest };
    });
    return { ...entry, certificate: parts };
  });
}

/** The row of a certificate: what is its own as one text, and the places of shared texts in it, in UTF-16 units. */
export function certificateRow(logIndex: number, certificate: GivenCertificate): CertificateRow {
  if (typeof certificate === "string") return { log_index: logIndex, text: certificate, parts: null };
  let text = "";
  const places: string[] = [];
  for (const part of certificate) {
    if (typeof part === "string") text += part;
    else places.push(`${String(text.length)}:${part.digest}`);
  }
  return { log_index: logIndex, text, parts: places.length === 0 ? null : places.join(" ") };
}

/** Keeps shared texts once, each for as long as certificates may refer to it. */
export class CertificatePartWriter {
  readonly #parts = new RowInserter("certificate_part", ["digest", "text", "until_index"], (conflict) =>
    conflict.column("digest").doUpdateSet((eb) => ({ until_index: eb.ref("excluded.until_index") })),
  );

  /** @throws CaioError `ServiceUnavailable` if a part is neither given nor kept; give its text then */
  async write(tx: Transaction<Tables>, start: number, entries: readonly Pick<AppendedEntry, "certificate">[]): Promise<void> {
    // A statement may touch a row once.
    const rows = new Map<Digest, CertificatePartRow>();
    const asked = new Map<Digest, number>();
    for (const [at, { certificate }] of entries.entries()) {
      if (certificate === null || typeof certificate === "string") continue;
      for (const part of certificate as readonly (string | SharedPart)[]) {
        if (typeof part === "string") continue;
        const index = start + at;
        if (part.text !== undefined) rows.set(part.digest, { digest: part.digest, text: part.text, until_index: index + KEPT_FOR });
        else if (!rows.has(part.digest)) asked.set(part.digest, index);
      }
    }
    if (asked.size > 0) await requireKept(tx, asked);
    if (rows.size > 0) await this.#parts.insert(tx, [...rows.values()]);
  }
}

async function requireKept(tx: Transaction<Tables>, asked: ReadonlyMap<Digest, number>): Promise<void> {
  const found = await tx.selectFrom("certificate_part").select(["digest", "until_index"]).where("digest", "in", listed([...asked.keys()])).execute();
  const kept = new Map(found.map(({ digest, until_index: until }) => [digest, until]));
  for (const [digest, index] of asked) if ((kept.get(digest) ?? -1) < index) throw storeError("failed", `the certificate part ${digest.slice(0, 12)}`);
}

/** The texts of certificates, put together. @throws CaioError `IntegrityViolation` where a part is gone or stands nowhere */
export async function certificateTexts(db: Kysely<Tables>, rows: readonly CertificateRow[]): Promise<ReadonlyMap<number, string>> {
  const places = rows.map((row) => ({ row, at: placesOf(row) }));
  const digests = [...new Set(places.flatMap(({ at }) => at.map(({ digest }) => digest)))];
  const parts = digests.length === 0 ? [] : await db.selectFrom("certificate_part").select(["digest", "text"]).where("digest", "in", listed(digests)).execute();
  const texts = new Map(parts.map(({ digest, text }) => [digest, text]));
  return new Map(places.map(({ row, at }) => [row.log_index, joined(row.text, at, texts)]));
}

interface PlacedPart {
  readonly offset: number;
  readonly digest: Digest;
}

function placesOf({ log_index: index, text, parts }: CertificateRow): readonly PlacedPart[] {
  // A log of an older version has no such column.
  if (typeof parts !== "string") return [];
  let least = 0;
  return parts.split(" ").map((place) => {
    const [, offset, digest] = PLACE.exec(place) ?? [];
    const at = Number(offset);
    if (!isDigest(digest) || at < least || at > text.length) throw corruptRow({ table: "certificate", key: String(index) }, "parts that do not fit its text");
    least = at;
    return { offset: at, digest };
  });
}

function joined(own: string, places: readonly PlacedPart[], texts: ReadonlyMap<Digest, string>): string {
  let text = "";
  let from = 0;
  for (const { offset, digest } of places) {
    const shared = texts.get(digest);
    if (shared === undefined) throw corruptRow({ table: "certificate_part", key: digest }, "no text for a certificate that needs it,");
    text += own.slice(from, offset) + shared;
    from = offset;
  }
  return text + own.slice(from);
}
