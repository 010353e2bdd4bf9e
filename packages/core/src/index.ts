export { bitsOf, type BitString } from "./bit-string.ts";
export { canonicalJson, canonicalParts, rememberedJson, type KnownTexts } from "./canonical-json.ts";
export { partsDigest, partsText, SharedText, type CanonicalPart } from "./canonical-parts.ts";
export { parseDecimal } from "./decimal.ts";
export { digest, fromHex, HmacKey, hmacSha256, isDigest, sha256, sha256Hex, toHex, type Digest } from "./digest.ts";
export {
  CaioError,
  isCaioError,
  refusalCodes,
  type CaioErrorCode,
  type ErrorDetails,
  type RefusalCode,
} from "./errors.ts";
export { divideBig, MICRO, mulDiv, quantise, roundHalfEven, saturatingMulDiv, toSafe, type Rounding } from "./fixed-point.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export {
  consistencyPath,
  inclusionPath,
  leafHash,
  nodeHash,
  treeRoot,
  verifyConsistencyPath,
  verifyInclusionPath,
  type SubtreeReader,
} from "./merkle-tree.ts";
export { provePrefix, type ClosedNode, type OpenedBranch, type OpenedLeaf, type PrefixProof } from "./prefix-proof.ts";
export type { RadixBranch, RadixEncoder, RadixLeaf, RadixNode } from "./radix-node.ts";
export { RadixTrie, type RadixEntry } from "./radix-trie.ts";
