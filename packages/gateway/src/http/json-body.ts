import { CaioError } from "@caio/core";
import type { FastifyInstance } from "fastify";

import { MAX_DEPTH, structureFault, type StructureFault } from "./json-structure.ts";

/** Characters of a name that an error quotes. */
const SHOWN = 60;

/**
 * Reads bodies of JSON: shallow enough, as they are (no content coding), each name once in its object, and without names that would change
 * a prototype.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const coding = request.headers["content-encoding"] ?? "identity";
    if (coding !== "identity") {
      done(new CaioError("InvalidRequest", "The body has a content coding, and none is read here. Send it plain.", { details: { expected: "identity" } }));
      return;
    }
    const fault = structureFault(String(body));
    if (fault === undefined) void parse(request, String(body), done);
    else done(refusalOf(fault));
  });
}

function refusalOf(fault: StructureFault): CaioError<"InvalidRequest"> {
  if (fault.kind === "deep") return new CaioError("InvalidRequest", `The body is nested deeper than ${String(MAX_DEPTH)} levels. Send a flatter one.`, { details: { levels: MAX_DEPTH } });
  const name = fault.name.slice(0, SHOWN);
  return new CaioError("InvalidRequest", `The body has the name ${JSON.stringify(name)} twice in one object, and which of them is meant nobody can say. Send it once.`, { details: { name } });
}
