import { isObject, type Json } from "@caio/verifier";

import { digest, textOf } from "../bundle-writer.ts";

/** Arrays of finite doubles, as hex of as many as H keeps of each. */
const [THETA, INVERSE, MEMORY] = [16, 256, 128].map((count) => new RegExp(`^((?![7f]ff)[0-9a-f]{16}){${String(count)}}$`));

/**
 * A leaf of H as a certificate writes it: what was learned by its digest (certificate §6). Arrays that nothing can be computed
 * from stand as they are, for a verifier to refuse: behind a digest they could not be told from others.
 */
export function certifiedLeaf(leaf: Json): Json {
  if (!isObject(leaf)) return leaf;
  const { learned, memory } = leaf;
  return {
    ...leaf,
    ...(isObject(learned) && isLearned(learned) && { learned: learnedDigest(learned) }),
    ...(isDoubles(memory, MEMORY) && { memory: digest(["caio-memory-v1", plain(memory)]) }),
  };
}

/** With an online value, of that as a document has it, too. */
function learnedDigest({ theta, inverse, online }: Readonly<Record<string, Json>>): Json {
  const doubles = [plain(theta), plain(inverse)];
  return online === undefined ? digest(["caio-learned-v1", ...doubles]) : digest(["caio-learned-v2", ...doubles, online]);
}

function isLearned(learned: Readonly<Record<string, Json>>): boolean {
  return Object.keys(learned).every((key) => key === "theta" || key === "inverse" || (key === "online" && isObject(learned[key]))) && isDoubles(learned["theta"], THETA) && isDoubles(learned["inverse"], INVERSE);
}

function isDoubles(value: Json | undefined, form: RegExp | undefined): value is string {
  return typeof value === "string" && form?.test(value) === true;
}

/** −0 is written as 0. */
function plain(doubles: Json | undefined): string {
  return textOf(doubles).replace(/.{16}/g, (double) => (double === "8000000000000000" ? "0000000000000000" : double));
}
