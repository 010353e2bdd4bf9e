import type { JsonValue } from "@caio/core";

import type { History } from "../history.ts";
import type { Principal } from "../principal.ts";
import type { Request, RequestDocument } from "../request.ts";
import { normalContract } from "../schema/normal/normal-contract.ts";
import { normalHistory } from "../schema/normal/normal-history.ts";
import { normalPrincipal, normalRequestDocument } from "../schema/normal/normal-request.ts";
import { normalRequest } from "../schema/normal/normal-stamped-request.ts";
import type { ServiceContract } from "../service-contract.ts";
import { readNormalForm } from "./read-normal-form.ts";

/**
 * A contract of its normalised JSON: the reverse of `toWire`. Strict: an unknown key, a number that is no integer or a set
 * out of order is refused, so that one contract has one digest.
 *
 * @throws CaioError `InvalidContract`
 */
export function contractFromWire(wire: JsonValue): ServiceContract {
  return readNormalForm(wire, normalContract, "InvalidContract", "contract") as ServiceContract;
}

/** A request document of its normalised JSON. @throws CaioError `InvalidRequest` */
export function requestDocumentFromWire(wire: JsonValue): RequestDocument {
  return readNormalForm(wire, normalRequestDocument, "InvalidRequest", "request document") as RequestDocument;
}

/** A stamped request of its normalised JSON, as a world file holds it. @throws CaioError `InvalidRequest` */
export function requestFromWire(wire: JsonValue): Request {
  return readNormalForm(wire, normalRequest, "InvalidRequest", "request") as Request;
}

/** A principal of its normalised JSON. @throws CaioError `InvalidPrincipal` */
export function principalFromWire(wire: JsonValue): Principal {
  return readNormalForm(wire, normalPrincipal, "InvalidPrincipal", "principal") as Principal;
}

/** A history of its normalised JSON; lists of doubles may be hex. @throws CaioError `InvalidHistory` */
export function historyFromWire(wire: JsonValue): History {
  return readNormalForm(wire, normalHistory, "InvalidHistory", "history") as History;
}
