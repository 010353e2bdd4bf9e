import type { Guarantee } from "@caio/contracts";

import type { Retry } from "./composition.ts";
import type { Derivation } from "./derivation.ts";
import type { Parts } from "./rows-of-pair.ts";
import { ownGuarantee, ownOfLeaf, ownOfPair, ownOfRetry, type OwnBound, type OwnProperty } from "./rows/own-property.ts";

/** By property; one that is not promised is not there. */
export type OwnRows = Readonly<Record<string, OwnBound>>;

/** What an attempt promises of properties with an algebra of their own. */
export function ownRowsOfLeaf(promises: readonly Guarantee[], properties: readonly OwnProperty[], node: string, proof: Derivation): OwnRows {
  return rowsFor(properties, (property) => {
    const promised = ownOfLeaf(promises, property);
    const { name } = property;
    return promised === undefined ? undefined : proof.note(node, name, "leaf", promises.filter((each) => each.property === name), promised);
  });
}

/** Two parts: a property of which one of them says nothing is not promised of both. */
export function ownRowsOfPair({ kind, first, second, own }: Parts, node: string, proof: Derivation): OwnRows {
  return rowsFor(own, (property) => {
    const [a, b] = [boundIn(first.own, property), boundIn(second.own, property)];
    if (a === undefined || b === undefined) return undefined;
    const { rule, result } = ownOfPair(kind, a, b, property);
    return proof.note(node, property.name, `${kind}.${rule}`, [a, b], result);
  });
}

export function ownRowsOfRetry({ attempts }: Retry, child: OwnRows, properties: readonly OwnProperty[], node: string, proof: Derivation): OwnRows {
  return rowsFor(properties, (property) => {
    const one = boundIn(child, property);
    if (one === undefined) return undefined;
    const { rule, result } = ownOfRetry(one, attempts, property);
    return proof.note(node, property.name, `retry.${rule}`, [one, { attempts }], result);
  });
}

/** The rows as guarantees, in the order of the catalogue. */
export function ownGuarantees(rows: OwnRows, properties: readonly OwnProperty[]): readonly Guarantee[] {
  return properties.flatMap((property) => {
    const row = boundIn(rows, property);
    const guarantee = row === undefined ? undefined : ownGuarantee(row, property);
    return guarantee === undefined ? [] : [guarantee];
  });
}

function rowsFor(properties: readonly OwnProperty[], rowOf: (property: OwnProperty) => OwnBound | undefined): OwnRows {
  return Object.fromEntries(properties.flatMap((property): [string, OwnBound][] => {
    const row = rowOf(property);
    return row === undefined ? [] : [[property.name, row]];
  }));
}

/** Own keys only: `constructor` is a lawful name. */
function boundIn(rows: OwnRows, { name }: OwnProperty): OwnBound | undefined {
  return Object.hasOwn(rows, name) ? rows[name] : undefined;
}
