/** A place in the syntax tree, as Stryker hands it to a plugin. */
interface SyntaxPlace {
  readonly node?: { readonly type: string; readonly value?: unknown; readonly quasis?: readonly { readonly value: { readonly raw: string } }[] };
}

/** Two words with a space between them. Names that decide (clauses, kinds, keys, tags that are hashed) have none. */
const WORDS = /[a-z,:;.)] [a-z(]/iu;

/** True for a text that only people read: what it says is no part of a decision. */
export function isMessage({ node }: SyntaxPlace): boolean {
  if (node?.type === "StringLiteral") return typeof node.value === "string" && WORDS.test(node.value);
  return node?.type === "TemplateLiteral" && (node.quasis ?? []).some(({ value }) => WORDS.test(value.raw));
}
