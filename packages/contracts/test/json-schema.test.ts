import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { publishedSchemas } from "../scripts/published-schemas.ts";

describe("published JSON Schemas", () => {
  test.each(publishedSchemas())("%s is what the zod schemas say (else run scripts/write-schemas.ts)", (name, text) => {
    expect(readFileSync(new URL(`../schemas/${name}`, import.meta.url), "utf8")).toBe(text);
  });
});
