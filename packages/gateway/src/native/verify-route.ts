import { CaioError } from "@caio/core";
import { verifyBundle } from "@caio/verifier";
import type { FastifyInstance } from "fastify";

import type { GatewayCore } from "../wiring/gateway-core.ts";

/**
 * Checks the very bytes of a bundle: no parser stands between what was sent and the verifier, so that a name that is there twice, bytes that
 * are no UTF-8 and numbers that no double holds are found as anyone else's verifier finds them. The content type says nothing here.
 */
export function verifyRoute(app: FastifyInstance, { keys, replica }: GatewayCore): void {
  // A scope of its own: elsewhere JSON is parsed.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, parsed) => {
      const isPlain = (request.headers["content-encoding"] ?? "identity") === "identity";
      parsed(isPlain ? null : new CaioError("InvalidRequest", "The body has a content coding, and none is read here. Send it plain.", { details: { expected: "identity" } }), body);
    });
    scope.post("/api/v1/verify", { config: { reads: "Bundle" }, schema: { summary: "Checks a bundle against this gateway's own key and those of its other instances. Trust your own verifier more" } }, async ({ body }) => {
      if (!(body instanceof Uint8Array) || body.length === 0) throw new CaioError("InvalidRequest", "There is no body. Send the bundle as it was handed out.");
      // A bundle may be signed by one instance and prove what is in the log of another one.
      const others = (await replica?.peers.others()) ?? [];
      return await verifyBundle(body, { publicKey: [keys.signer.key.publicKey.bytes, ...others.flatMap(({ logKeys }) => logKeys.trim().split("\n"))] });
    });
    done();
  });
}
