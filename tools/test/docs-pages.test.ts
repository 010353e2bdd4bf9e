import { describe, expect, it } from "vitest";

import { classOf, markProblems } from "../docs/block-class.ts";
import { showsOutput } from "../docs/block-output.ts";
import { coveredDocuments } from "../docs/covered-documents.ts";
import { readBlocks } from "../docs/doc-block.ts";
import { headingAnchors } from "../docs/heading-anchors.ts";
import { siteLink } from "../docs/site-link.ts";
import { siteSections, sitePageFiles } from "../docs/site-pages.ts";
import { checkLinks } from "../docs/source-links.ts";

const documents = coveredDocuments();

/** A document that shows `text`. */
function fenced(language: string, text: string, before = ""): string {
  return `# A page\n\n${before}\n\`\`\`${language}\n${text}\n\`\`\`\n`;
}

describe("the documents", () => {
  it("mark every block that is not run, validated or compared", () => {
    const blocks = documents.flatMap((each) => each.blocks);
    expect(blocks.length).toBeGreaterThan(100);
    expect(markProblems(blocks)).toEqual([]);
  });

  it("have no dead link", () => {
    const { within, problems } = checkLinks(documents);
    expect(within).toBeGreaterThan(150);
    expect(problems).toEqual([]);
  });

  it("stand in the side bar, each once (docs/.vitepress/pages.json)", () => {
    const listed = siteSections().flatMap(({ pages }) => pages.map(({ source }) => source));
    expect([...listed].sort()).toEqual([...new Set(listed)].sort());
    const pages = sitePageFiles().filter((file) => file !== "index.md").map((file) => `docs/${file}`);
    expect(pages.filter((page) => !listed.includes(page))).toEqual([]);
    expect(listed.filter((source) => source.startsWith("docs/") && !pages.includes(source))).toEqual([]);
  });
});

describe("blocks", () => {
  it.each([
    ["sh", "echo", "", "run"],
    ["ts", "1;", "", "run"],
    ["ts", "1;", "<!-- types only: for ever -->", "type-checked"],
    ["yaml", "a: 1", "", "validated"],
    ["json", "{}", "<!-- part of: a bundle -->", "validated"],
    ["text", "x", "<!-- output -->", "compared"],
    ["conf", "x", "<!-- not run: is of another program -->", "not run"],
  ])("%s %s %s is %s", (language, text, before, expected) => {
    expect(readBlocks("page.md", fenced(language, text, before)).map(classOf)).toEqual([expected]);
  });

  it.each([
    ["a language that nothing runs", fenced("conf", "x")],
    ["text that is no output", fenced("text", "x")],
    ["no language", fenced("", "x")],
    ["output that is a program", fenced("sh", "x", "<!-- output -->")],
  ])("with %s are wrong", (_what, text) => {
    expect(readBlocks("page.md", text).map((block) => typeof classOf(block))).toEqual(["object"]);
  });

  it.each([
    ["a mark before no block", "<!-- not run: because -->\n\nwords\n", /page\.md:1: "not run" stands before no block/],
    ["a mark without a reason", fenced("sh", "x", "<!-- not run: -->"), /page\.md:3: "not run" says nothing/],
    ["a block without an end", "```sh\necho\n", /page\.md:1: this block has no end/],
  ])("refuse %s", (_what, text, message) => {
    expect(() => readBlocks("page.md", text)).toThrow(message);
  });

  it("are taken out of lists as they are meant", () => {
    expect(readBlocks("page.md", "- first\n\n  ```sh\n  echo one\n    echo two\n  ```\n")).toEqual([{ document: "page.md", line: 3, language: "sh", code: "echo one\n  echo two\n", marks: {} }]);
  });

  it("show lines that were printed, in their order, but for what an ellipsis stands for", () => {
    const printed = "Chosen: a of 3.\n\nScore 0.1   \nNext b\n";
    expect(["Chosen: a of 3.\n\nScore 0.1", "Chosen: … of 3.\n…\nNext b", "Chosen: a of 3.\nNext b"].map((shown) => showsOutput(printed, shown))).toEqual([true, true, true]);
    expect(["Chosen: b of 3.", "Next b\n…\nChosen", "Score 0x1"].map((shown) => showsOutput(printed, shown))).toEqual([false, false, false]);
  });
});

describe("links", () => {
  it.each([
    ["docs/gateway.md", "operate.md#backup", "/operate.html#backup"],
    ["docs/gateway.md", "../packages/cli", "/reference/cli/"],
    ["docs/gateway.md", "decisions/0013-who-reads-the-log.md", "/decisions/0013-who-reads-the-log.html"],
    ["docs/architecture.md", "vectors/README.md", "/vectors/"],
    ["packages/cli/README.md", "../gateway", "/reference/gateway/"],
    ["packages/cli/README.md", "../../docs/operate.md#backup", "/operate.html#backup"],
    ["docs/architecture.md", "../packages/fakes", "https://github.com/OWNER/caio/tree/main/packages/fakes"],
    ["docs/architecture.md", "../packages/orchestrator/src/route.ts", "https://github.com/OWNER/caio/blob/main/packages/orchestrator/src/route.ts"],
    ["docs/gateway.md", "#2-serving", "#2-serving"],
    ["docs/gateway.md", "https://nats.io", "https://nats.io"],
  ])("of %s to %s lead to %s", (source, href, expected) => {
    expect(siteLink(source, href)).toBe(expected);
  });

  it("that lead nowhere are found, each with its place", () => {
    const text = "# One\n\n[a](no-such.md) [b](#two) [c](#one) `[d](no.md)`\n\n```md\n[e](no.md)\n```\n\n[f](ftp://x) [g](gateway.md#no-such)\n";
    const others = documents.filter(({ path }) => path === "docs/gateway.md");
    expect(checkLinks([{ path: "docs/page.md", text, blocks: [] }, ...others.map((other) => ({ ...other, text: "# x" }))]).problems).toEqual([
      "docs/page.md:3: there is no docs/no-such.md.",
      'docs/page.md:3: docs/page.md has no heading "two".',
      "docs/page.md:9: ftp://x is no address that a browser opens.",
      'docs/page.md:9: docs/gateway.md has no heading "no-such".',
    ]);
  });

  it("name headings as readers' browsers do", () => {
    expect([...headingAnchors("# 1. A `b` – c\n## Again\n## Again\n```\n# no\n```\n## [x](y.md) & z\n")]).toEqual(["1-a-b--c", "again", "again-1", "x--z"]);
  });
});
