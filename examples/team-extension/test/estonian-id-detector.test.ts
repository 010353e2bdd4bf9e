import { defaultDetectors, detectSensitivity } from "@caio/security";
import { describe, expect, it } from "vitest";

import { estonianIdDetector } from "../src/index.ts";

const detectors = [...defaultDetectors, estonianIdDetector];
const labelsIn = (text: string): readonly string[] => detectSensitivity(text, { detectors }).map(({ label }) => label);

describe("the detector of Estonian personal codes", () => {
  it.each(["37605030299", "code 37605030299.", "３７６０５０３０２９９", "47101010033"])("finds %s", (text) => {
    expect(labelsIn(text)).toEqual(["estonian_id", "personal"]);
  });

  it("finds what no detector of every gateway finds", () => {
    expect(detectSensitivity("37605030299")).toEqual([]);
  });

  it.each([["a wrong check digit", "37605030298"], ["no such month", "37613030291"], ["no such century", "97605030299"], ["part of a longer number", "376050302991"], ["part of a word", "x37605030299"], ["no number", "an order"]])("leaves alone: %s", (_name, text) => {
    expect(labelsIn(text)).not.toContain("estonian_id");
  });

  it("counts each code, and one in a text of a million characters in no time that grows with its square", () => {
    expect(detectSensitivity("37605030299 ".repeat(3), { detectors: [estonianIdDetector] })).toEqual([{ label: "estonian_id", count: 3 }, { label: "personal", count: 3 }]);
    expect(detectSensitivity("3".repeat(1_000_000), { detectors: [estonianIdDetector] })).toEqual([]);
  });
});
