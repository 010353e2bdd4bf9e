import { beforeAll, describe, expect, it } from "vitest";

import { runExample, type Ran } from "./support/run-example.ts";

let ran: Ran;
beforeAll(async () => {
  ran = await runExample("tool-federation");
});

describe("a federation of tools", () => {
  it("shows each caller the tools of all servers that the key may use, and of a server only those in its contracts", () => {
    expect(ran.stdout).toContain("editor: everything__echo, files-read__list_directory, files-read__read_text_file, files-write__write_file, memory__create_entities, memory__delete_entities, memory__search_nodes\n");
    expect(ran.stdout).toContain("guest:  everything__echo, files-read__list_directory, files-read__read_text_file\n");
  });

  it("lets a guest read what an editor wrote, and not write", () => {
    expect(ran.stdout).toContain("editor writes: done");
    expect(ran.stdout).toMatch(/guest reads: .*The kettle whistles at six\./);
    expect(ran.stdout).toContain("guest writes: SecurityViolation");
    expect(ran.stdout).toContain("files-write: step 3, authorization: the caller is not permitted.");
  });

  it("holds arguments to the contract of the tool", () => {
    expect(ran.stdout).toContain("5 letters: Echo: hello");
    expect(ran.stdout).toContain("60 letters: InvalidRequest");
  });

  it("forgets only when a person has approved it", () => {
    expect(ran.stdout).toContain("without one: ApprovalRequired; the memory still has the kettle");
    expect(ran.stdout).toContain("approved: done; the memory lacks the kettle");
  });

  it("has receipts, also of what was refused", () => {
    expect(ran.stdout).toContain("9 of 9 valid, 2 of them of calls that were not made");
    expect(ran.stderr).toBe("");
  });
});
