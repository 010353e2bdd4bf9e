import type { Detector, Span } from "../detector.ts";

const LOCAL = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const DOMAIN = /[\p{L}\p{N}.-]/u;
const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;
const TOP_LEVEL = /^(?:\p{L}{2,63}|xn--[a-z0-9-]{1,59})$/iu;
/** Endings of file names such as `logo@2x.png`; none is a top-level domain. */
const FILE_ENDINGS = new Set(["png", "jpg", "jpeg", "gif", "webp", "svg", "pdf", "js", "json", "tgz"]);

/**
 * E-mail addresses (the dot-atom form of RFC 5322 §3.4.1, letters of any script). Begins at each `@` and looks at most 64
 * characters back and 253 on, so the time is linear.
 */
export const emailDetector: Detector = {
  name: "email",
  labels: ["personal"],
  *find(text: string): Iterable<Span> {
    for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
      const start = localStart(text, at);
      if (start === at) continue;
      const length = domainLength(text.slice(at + 1, at + 1 + MAX_DOMAIN));
      if (length > 0) yield { start, end: at + 1 + length };
    }
  },
};

function localStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < MAX_LOCAL && LOCAL.test(text.charAt(start - 1))) start -= 1;
  return start;
}

/** How much of the text is a domain name with at least two labels; 0 if none. */
function domainLength(text: string): number {
  let end = 0;
  while (end < text.length && DOMAIN.test(text.charAt(end))) end += 1;
  const labels = text.slice(0, end).split(".");
  let good = 0;
  while (good < labels.length && LABEL.test(labels[good] ?? "")) good += 1;
  // The longest beginning whose last label can be a top-level domain: "a@b.example.2" has one, "a@1.2.3" none.
  for (let count = good; count >= 2; count--) {
    const last = labels[count - 1] ?? "";
    if (TOP_LEVEL.test(last) && !FILE_ENDINGS.has(last.toLowerCase())) return labels.slice(0, count).join(".").length;
  }
  return 0;
}
