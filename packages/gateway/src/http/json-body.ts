import { CaioError } from "@caio/core";
import type { FastifyInstance } from "fastify";

/** Deeper values are taken by nothing behind, and recursion over them would end the stack. */
const MAX_DEPTH = 128;

/** Reads bodies of JSON: shallow enough, as they are (no content coding), and without names that would change a prototype. */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const coding = request.headers["content-encoding"] ?? "identity";
    if (coding !== "identity") {
      done(new CaioError("InvalidRequest", "The body has a content coding, and none is read here. Send it plain.", { details: { expected: "identity" } }));
    } else if (isTooDeep(String(body))) {
      done(new CaioError("InvalidRequest", `The body is nested deeper than ${String(MAX_DEPTH)} levels. Send a flatter one.`, { details: { levels: MAX_DEPTH } }));
    } else void parse(request, String(body), done);
  });
}

/** Counts brackets outside strings, before anything is built. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_LIST || code === OPEN_MAP) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_MAP) depth -= 1;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** Where a string that begins here ends: a quote with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
