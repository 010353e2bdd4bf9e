import { execFileSync } from "node:child_process";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, it, onTestFinished } from "vitest";

import { classOf, markProblems } from "../docs/block-class.ts";
import { showsOutput } from "../docs/block-output.ts";
import { checkBlocks } from "../docs/check-blocks.ts";
import { checkoutGuard } from "../docs/checkout-guard.ts";
import { checkSite } from "../docs/built-site.ts";
import { coveredDocuments } from "../docs/covered-documents.ts";
import { readBlocks } from "../docs/doc-block.ts";
import { headingAnchors } from "../docs/heading-anchors.ts";
import { siteLink } from "../docs/site-link.ts";
import { siteSections, sitePageFiles } from "../docs/site-pages.ts";
import { checkLinks } from "../docs/source-links.ts";
import { unreadable } from "../docs/validate-blocks.ts";

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
    expect(unreadable(blocks.filter((block) => classOf(block) === "validated"))).toEqual([]);
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

describe("the run of blocks", () => {
  it("refuses a document that there is none of, and passes nothing in silence", async () => {
    await expect(checkBlocks({ only: ["start.md"] })).rejects.toThrow(/Found start\.md, expected documents by their path/);
  });

  it("sees what is written into the checkout while pages run, and not what was changed before", async () => {
    const folder = await mkdtemp(join(tmpdir(), "caio-docs-guard-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    execFileSync("git", ["init", "-q", folder]);
    await writeFile(join(folder, "before.txt"), "x");
    const written = await checkoutGuard(pathToFileURL(`${folder}/`));
    await expect(written()).resolves.toEqual([]);
    await mkdir(join(folder, "tools"));
    await writeFile(join(folder, "tools", "left.txt"), "x");
    await expect(written()).resolves.toEqual([expect.stringMatching(/^tools\/left\.txt was written while the pages ran\. A page writes into its own folder/)]);
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

describe("a built site", () => {
  async function siteOf(files: Readonly<Record<string, string>>): Promise<ReturnType<typeof checkSite>> {
    const folder = await mkdtemp(join(tmpdir(), "caio-docs-site-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, "deep"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return checkSite(pathToFileURL(`${folder}/`));
  }

  it("is held to its own links, its anchors, and to loading nothing from elsewhere", async () => {
    const { pages, within, elsewhere, problems } = await siteOf({
      "index.html": '<a href="/deep/#here">x</a><a href="/deep/#nowhere">x</a><a href="gone.html">x</a><a href="https://example.org">x</a><script src="https://cdn.example/x.js"></script><link rel="stylesheet" href="/a.css">',
      "deep/index.html": '<h2 id="here"></h2><a href="../index.html">x</a><a href="#here">x</a><img src="//pictures.example/x.png">',
      "a.css": '@import "https://fonts.example/a.css"; b { background: url(data:image/png;base64,AA) } c { background: url("http://x.example/c.png") }',
    });
    expect({ pages, within, elsewhere }).toEqual({ pages: 2, within: 5, elsewhere: 1 });
    expect([...problems].sort()).toEqual([
      "a.css: loads http://x.example/c.png from another host.",
      "a.css: loads https://fonts.example/a.css from another host.",
      "deep/index.html: loads //pictures.example/x.png from another host.",
      "index.html: /deep/#nowhere: there is no such place on that page.",
      "index.html: gone.html leads nowhere.",
      "index.html: loads https://cdn.example/x.js from another host.",
    ]);
  });
});
