/** The scalars of the profile. */
export type ScalarName = "int" | "string" | "bool";

/** A text of which all possible values are known is an `int`-free enumeration: `values` lists them. */
export interface ScalarType {
  readonly kind: "scalar";
  readonly name: ScalarName;
  readonly values?: readonly string[];
}

/** A list of scalars; `element` is absent for the literal `[]`. */
export interface ListType {
  readonly kind: "list";
  readonly element?: ScalarType;
}

/** An object with the fields named and no others. It can only be selected from. */
export interface StructType {
  readonly kind: "struct";
  readonly fields: Readonly<Record<string, FieldType>>;
}

/** A field. `optional`: may be absent, and reading it then is an error that `has()` avoids. */
export interface FieldType {
  readonly type: CelType;
  readonly optional: boolean;
}

export type CelType = ScalarType | ListType | StructType;

/** How a type is named in messages. */
export function typeText(type: CelType): string {
  if (type.kind === "struct") return "an object";
  if (type.kind === "list") return type.element === undefined ? "an empty list" : `a list of ${type.element.name}s`;
  return `${type.name === "int" ? "an" : "a"} ${type.name}`;
}

/** True if values of the two may be compared for equality. */
export function sameType(left: CelType, right: CelType): boolean {
  if (left.kind === "scalar" && right.kind === "scalar") return left.name === right.name;
  if (left.kind !== "list" || right.kind !== "list") return false;
  return left.element === undefined || right.element === undefined || left.element.name === right.element.name;
}
