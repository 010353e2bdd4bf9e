import { CaioError } from "@caio/core";
import type { ExpectedPolicy, PolicyVersion } from "@caio/rules";

const list = /^\s*(?:W\/)?"[\x21\x23-\x7e]*"\s*(?:,\s*(?:W\/)?"[\x21\x23-\x7e]*"\s*)*$/;
const each = /"([^"]*)"/g;
const ours = /^([1-9]\d{0,14})-([0-9a-f]{64})$/;

/** The entity tag (RFC 9110 §8.8.3) of a policy with this version in force. */
export function policyTag({ version, digest }: PolicyVersion): string {
  return `"${String(version)}-${digest}"`;
}

/**
 * What a header `If-Match` (RFC 9110 §13.1.1) expects to be in force. A tag that none of ours is like expects what never was. A proxy that
 * packs answers marks their tags as weak: ours name a version and not bytes, so such a one means the same.
 *
 * @param header - undefined: nothing is expected
 * @throws CaioError `InvalidRequest` for what is no list of tags: it would be taken for one that does not match
 */
export function expectedBy(header: string | undefined): ExpectedPolicy | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === "*") return "any";
  if (!list.test(header)) throw new CaioError("InvalidRequest", "If-Match: found no entity tag. Send the ETag that GET of the policy answers with, its quotes included, or *.");
  return [...header.matchAll(each)].flatMap(([, tag = ""]) => {
    const [, version, digest] = ours.exec(tag) ?? [];
    return version === undefined || digest === undefined ? [] : [{ version: Number(version), digest }];
  });
}
