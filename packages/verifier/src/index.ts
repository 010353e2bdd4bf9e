// Bundles and certificates
export { verifyBundle, type VerifyOptions } from "./verify-bundle.ts";
export { verifyCertificate } from "./verify-certificate.ts";
export { verifyPlanChoice } from "./plan/verify-plan-choice.ts";
export type { CertificateMaterial } from "./report/material.ts";
export type { Check, Report, Standing } from "./report/report.ts";

// The log
export { leafHash, verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from "./log/merkle.ts";
export { preAuthentication, verifyCheckpoint, verifyCheckpointBy, type Checkpoint, type CheckpointReading } from "./log/checkpoint.ts";
export { verifyCosignature, type WitnessReading } from "./log/cosignature.ts";

// Conditions of policies
export { evaluateCel, type CelAnswer } from "./cel/compile-cel.ts";

// JSON, digests, keys
export { canonical, isObject, parseJson, type Json, type JsonObject } from "./json/json.ts";
export { sha256, sha256Hex } from "./bytes/sha256.ts";
export { publicKeyOf, webCrypto, type CryptoPort } from "./bytes/crypto-port.ts";
