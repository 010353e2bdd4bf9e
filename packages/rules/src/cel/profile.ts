/**
 * The closed CEL profile of rules, as data. Whatever is not named here is refused when a policy is loaded.
 * The README says the same in prose, with the reason for each thing left out.
 */
export const celProfile = {
  /** UTF-16 code units of one condition. */
  maxSource: 4096,
  /** Open brackets at any point of the source: checked before any parser runs. */
  maxBrackets: 32,
  /** Nodes of the syntax tree. */
  maxNodes: 512,
  /** Levels of the syntax tree; `a + b + c` has one level more than `a + b`, and `a && b && c` than `a && b`. */
  maxDepth: 32,
  /** Macros inside bodies of macros, the outermost counted. */
  maxMacroNesting: 3,
  /** Items of a list in the data. A condition that reads a longer one is an error, whatever else it says. */
  maxListItems: 256,
  /** Node evaluations in the worst case, a list of the data counted as `maxListItems` long. */
  maxCost: 1_048_576,
} as const;

/** Operators and functions, by the name that the syntax tree gives them. */
export const celOperators = {
  "_&&_": "&&",
  "_||_": "||",
  "!_": "!",
  "_?_:_": "?:",
  "_==_": "==",
  "_!=_": "!=",
  "_<_": "<",
  "_<=_": "<=",
  "_>_": ">",
  "_>=_": ">=",
  "@in": "in",
  "_+_": "+",
  "_-_": "-",
  "_*_": "*",
  "-_": "negate",
} as const;

/** Functions that take their subject before the dot. `size` may stand before or after it. */
export const celMethods = ["startsWith", "endsWith", "contains", "size"] as const;

/** Macros: `list.macro(variable, body)`. */
export const celMacros = ["all", "exists", "exists_one", "filter", "map"] as const;

export type CelOperator = (typeof celOperators)[keyof typeof celOperators] | (typeof celMethods)[number];
export type CelMacro = (typeof celMacros)[number];
