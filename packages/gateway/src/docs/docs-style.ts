/** How the page of the API looks, in light and in dark. */
export const docsStyle = `
:root { --ground: #f3f5f6; --card: #fff; --ink: #16202a; --soft: #4d5a66; --line: #d5dbe0; --accent: #0b5c6b; --quiet: #eaeef1;
  font-family: system-ui, sans-serif; font-size: 16px; line-height: 1.5; color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10161b; --card: #182027; --ink: #e8edf1; --soft: #aab6c0; --line: #2f3b45; --accent: #6fcadb; --quiet: #24303a; }
}
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); }
header, nav, main { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.25rem; }
main { padding-bottom: 4rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 2.25rem 0 0.5rem; font-size: 1.2rem; }
h3 { margin: 1rem 0 0.25rem; font-size: 0.95rem; }
a { color: var(--accent); }
nav ul { display: flex; flex-wrap: wrap; gap: 0.35rem 1rem; padding: 0; list-style: none; }
details.operation { margin: 0.4rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 0.4rem; }
details.operation > summary { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; padding: 0.5rem 0.75rem; cursor: pointer; }
details.operation > div { padding: 0 0.75rem 0.75rem; border-top: 1px solid var(--line); }
.method { min-width: 3.6rem; font: 600 0.8rem ui-monospace, monospace; color: var(--accent); }
.address { font: 0.9rem ui-monospace, monospace; overflow-wrap: anywhere; }
.says { color: var(--soft); font-size: 0.9rem; }
.open { color: var(--soft); font-size: 0.8rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0 0.5rem; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.25rem 0.5rem 0.25rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; }
pre { margin: 0.25rem 0; padding: 0.6rem; overflow-x: auto; background: var(--quiet); border-radius: 0.3rem; font: 0.82rem/1.45 ui-monospace, monospace; }
`;
