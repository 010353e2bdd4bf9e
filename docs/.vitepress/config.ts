import { defineConfig } from "vitepress";

import { headingAnchor } from "../../tools/docs/heading-anchors.ts";
import { repositoryAddress, siteLink } from "../../tools/docs/site-link.ts";
import { siteSections } from "../../tools/docs/site-pages.ts";

const root = new URL("../../", import.meta.url);
const sections = siteSections(root);
const folded = new Set(["Packages", "Decisions"]);

/** The site of docs/. What is in its side bar is in pages.json. Nothing of it is fetched from elsewhere when it is built or read. */
export default defineConfig({
  title: "CAIO",
  description: "Routes AI work by contract, and hands back a receipt that a stranger can check.",
  lang: "en",
  srcDir: ".",
  rewrites: { "decisions/README.md": "decisions/index.md", "vectors/README.md": "vectors/index.md", "invariants/README.md": "invariants/index.md" },
  cleanUrls: false,
  // Two builds of the same sources are the same: no times, and pages one after another, since the index of the search has them in the order in which they end.
  lastUpdated: false,
  buildConcurrency: 1,
  ignoreDeadLinks: false,
  head: [["link", { rel: "icon", type: "image/svg+xml", href: "/caio.svg" }]],
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    languageAlias: { conf: "ini" },
    // As on the forge, so that a link to a heading leads there in both.
    anchor: { level: [1, 2, 3, 4, 5, 6], slugify: headingAnchor },
    config: (md) => {
      md.core.ruler.push("caio-links", (state) => {
        const { realPath, path } = state.env as { realPath?: string; path?: string };
        const file = realPath ?? path;
        // A title by itself stands in no file.
        if (file === undefined) return;
        const source = sourceOf(file);
        for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === "link_open" ? token.attrGet("href") : null;
          if (href !== null) token.attrSet("href", siteLink(source, href, root));
        }
      });
    },
  },
  themeConfig: {
    search: { provider: "local" },
    outline: { level: [2, 3] },
    socialLinks: [{ icon: "github", link: repositoryAddress(root) }],
    nav: [
      { text: "Start", link: "/start.html" },
      { text: "Guides", link: "/gateway.html" },
      { text: "Concepts", link: "/concepts.html" },
      { text: "Reference", link: "/reference/core/" },
    ],
    sidebar: sections.map(({ text, pages }) => ({
      text,
      ...(folded.has(text) ? { collapsed: true } : {}),
      items: pages.map(({ text: name, address }) => ({ text: name, link: address })),
    })),
    docFooter: { prev: "Before", next: "Next" },
    footer: { message: "Apache-2.0" },
  },
});

/** The file that a page was written in: of a package's page its README. */
function sourceOf(file: string): string {
  const within = file.slice(file.lastIndexOf("/docs/") + 1);
  const [, key] = /^docs\/reference\/([a-z0-9-]+)\/index\.md$/.exec(within) ?? [];
  return key === undefined ? within : `packages/${key}/README.md`;
}
