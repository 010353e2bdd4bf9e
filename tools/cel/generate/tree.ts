/** What a part of a condition gives. */
export type Kind = "bool" | "int" | "string" | "bools" | "ints" | "strings";
export type ScalarKind = "bool" | "int" | "string";

/** How tightly a form binds in the grammar of CEL; an operand that binds less tightly than asked for is put in brackets. */
export const binding = { conditional: 0, or: 1, and: 2, relation: 3, sum: 4, product: 5, unary: 6, member: 7 } as const;

/** A condition that can be taken apart again: `texts` stand around `children`, one more than there are children. */
export interface Tree {
  readonly kind: Kind;
  readonly binds: number;
  readonly texts: readonly string[];
  readonly children: readonly Tree[];
  /** How tightly each child must bind to stand without brackets. */
  readonly needs: readonly number[];
  /** Brackets that the grammar does not ask for. */
  readonly bracketed: boolean;
}

export const scalarOf = { bools: "bool", ints: "int", strings: "string" } as const;
export const listOf = { bool: "bools", int: "ints", string: "strings" } as const;

/** A part without parts. */
export function leaf(kind: Kind, text: string, binds: number = binding.member): Tree {
  return { kind, binds, texts: [text], children: [], needs: [], bracketed: false };
}

/** A form of the grammar around its operands. */
export function form(kind: Kind, binds: number, texts: readonly string[], operands: readonly (readonly [Tree, number])[]): Tree {
  return { kind, binds, texts, children: operands.map(([tree]) => tree), needs: operands.map(([, need]) => need), bracketed: false };
}

/** The text of a condition. */
export function sourceOf({ texts, children, needs }: Tree): string {
  return texts.slice(1).reduce((source, text, at) => {
    const child = children[at];
    if (child === undefined) return source + text;
    const inner = sourceOf(child);
    return `${source}${child.bracketed || child.binds < (needs[at] ?? 0) ? `(${inner})` : inner}${text}`;
  }, texts[0] ?? "");
}
