import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { hashOf, routeOf } from "../src/shell/hash-route.ts";

describe("a route in the hash", () => {
  it("is read as it was written", () => {
    const part = fc.string({ unit: "binary", minLength: 1 });
    fc.assert(fc.property(part, fc.array(part), fc.dictionary(part, part), (view, parts, terms) => {
      const route = routeOf(hashOf(view, parts, terms));
      expect(route.view).toBe(view);
      expect(route.parts).toEqual(parts);
      expect(Object.fromEntries(route.terms)).toEqual({ ...terms });
    }));
  });

  it("keeps what cannot be decoded", () => {
    expect(routeOf("#/services/%E0%A4%A")).toMatchObject({ view: "services", parts: ["%E0%A4%A"] });
    expect(routeOf("")).toMatchObject({ view: "", parts: [] });
  });
});
