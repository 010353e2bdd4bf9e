import type { JsonObject } from "@caio/core";
import type { ArchiveSummary } from "@caio/store-sql";

import { oneLine } from "./plain-text.ts";
import { prettyJson } from "./pretty-json.ts";

/** What an archive holds, for a person or as JSON. */
export function archiveText(did: string, file: string, summary: ArchiveSummary, json: boolean): string {
  const { header, sha256, rows } = summary;
  if (json) return prettyJson(archiveJson(file, summary));
  const logs = header.logs.map(({ instance, size, root, checkpoint }) => {
    const whose = instance === "" ? "" : ` of ${oneLine(instance)}`;
    return `log${whose}: ${String(size)} entries, root ${root}${checkpoint === null ? ", no checkpoint" : `, checkpoint at ${checkpoint.split("\n")[1] ?? "?"}`}\n`;
  });
  const made = new Date(header.made_at).toISOString();
  return `${oneLine(file)}: ${did}, ${String(rows)} rows of ${made}${header.openings ? "" : ", without what opens decisions"}\n${logs.join("")}sha256 ${sha256}\n`;
}

function archiveJson(file: string, { header, sha256, rows, tables }: ArchiveSummary): JsonObject {
  const { schema, made_at: madeAt, openings, logs } = header;
  return { file, sha256, rows, tables: { ...tables }, schema, made_at: madeAt, openings, logs: logs.map((log) => ({ ...log })) };
}
