export { canonicalJson } from "./canonical-json.ts";
export { parseDecimal } from "./decimal.ts";
export { digest, fromHex, hmacSha256, isDigest, sha256, sha256Hex, toHex, type Digest } from "./digest.ts";
export {
  CaioError,
  isCaioError,
  refusalCodes,
  type CaioErrorCode,
  type ErrorDetails,
  type RefusalCode,
} from "./errors.ts";
export { divideBig, MICRO, mulDiv, quantise, roundHalfEven, toSafe, type Rounding } from "./fixed-point.ts";
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
