import { readdirSync, readFileSync } from "node:fs";

import { ContractParser, parseRequestDocument, toWire } from "@caio/contracts";
import { digest, type JsonValue } from "@caio/core";
import { parsePolicySet, policyToWire } from "@caio/rules";

/** The normalised form of one document of examples/, with its digest. */
export interface ExampleVector {
  /** Within examples/. */
  readonly source: string;
  readonly kind: "contract" | "request" | "policy";
  readonly digest: string;
  readonly wire: JsonValue;
}

const EXAMPLES = new URL("../../examples/", import.meta.url);
const FOLDERS = [
  ["contracts", "contract"],
  ["contracts-later", "contract"],
  ["policies", "policy"],
  ["requests", "request"],
] as const;

/** One vector for every contract, request and policy of the examples, in the order of their paths. */
export function exampleVectors(): readonly ExampleVector[] {
  const house = vectorOf("policy.yaml", "policy");
  const others = FOLDERS.flatMap(([folder, kind]) =>
    readdirSync(new URL(`${folder}/`, EXAMPLES))
      .sort()
      .map((name) => vectorOf(`${folder}/${name}`, kind)),
  );
  return [house, ...others];
}

/** The name of a vector's file. */
export function vectorFile({ source }: ExampleVector): string {
  return `${source.replaceAll("/", ".").replace(/\.(?:ya?ml|json)$/, "")}.json`;
}

function vectorOf(source: string, kind: ExampleVector["kind"]): ExampleVector {
  const wire = wireOf(readFileSync(new URL(source, EXAMPLES), "utf8"), source, kind);
  return { source, kind, digest: digest(wire), wire };
}

function wireOf(text: string, file: string, kind: ExampleVector["kind"]): JsonValue {
  if (kind === "contract") return toWire(new ContractParser().parse(text, { file }));
  return kind === "policy" ? policyToWire(parsePolicySet(text, { file })) : toWire(parseRequestDocument(text, { file }));
}
