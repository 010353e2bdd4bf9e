import { parseYamlDocument, type DocumentPath, type DocumentValue, type Finding, type Problem } from "@caio/contracts";

/** Findings of a contract as problems with a place: that of the nearest part of the file that the finding is about. */
export function findingProblems(findings: readonly Finding[], text: string, file: string): readonly Problem[] {
  if (findings.length === 0) return [];
  const reading = parseYamlDocument(text, { file });
  return findings.map(({ path, found, expected }) => {
    const at = reading.ok ? spelledPath(pathOf(path), reading.document.value) : [];
    const place = reading.ok ? reading.document.locate(at) : { line: 1, column: 1 };
    return { file, ...place, path, found, expected };
  });
}

/** `api.endpoints[0].capability` → `["api", "endpoints", 0, "capability"]`. */
export function pathOf(text: string): DocumentPath {
  return [...text.matchAll(/[^.[\]]+/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** The path in the nested spelling, where the file uses it: sections may stand inside `service`. */
function spelledPath(path: DocumentPath, value: DocumentValue): DocumentPath {
  const [first] = path;
  const nested = typeof value === "object" && value !== null && "service" in value;
  return nested && typeof first === "string" && !(first in value) ? ["service", ...path] : path;
}
