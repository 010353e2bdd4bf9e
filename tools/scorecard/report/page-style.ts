/** Of the scorecard's page: light and dark as the reader has it, one column on a phone; every text 4.5 : 1 against its ground or more (WCAG 2.2 AA). */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #ffffff; --card: #f6f8fa; --line: #c6ccd3; --text: #1b1f24; --soft: #505862; --green: #0f5b26; --green-ground: #dff5e3; --red: #8f0d22; --red-ground: #ffe3e5; --link: #0a51b0; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --card: #161b22; --line: #3d444d; --text: #e6edf3; --soft: #a3abb5; --green: #7ee08e; --green-ground: #12331c; --red: #ffa198; --red-ground: #4a1216; --link: #79b8ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 62rem; background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; }
h2 { font-size: 1.15rem; margin: 0 0 .5rem; display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; }
h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
p { margin: .4rem 0; }
a { color: var(--link); }
code { font: .88em/1.4 ui-monospace, monospace; }
.soft, dt { color: var(--soft); }
.status { font-weight: 700; font-size: .85rem; padding: .1rem .55rem; border-radius: .3rem; border: 1px solid currentColor; white-space: nowrap; }
.GREEN { color: var(--green); background: var(--green-ground); }
.RED { color: var(--red); background: var(--red-ground); }
.overview { overflow-x: auto; margin: 1.2rem 0 2rem; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: .6rem .8rem; color: var(--soft); }
th, td { text-align: left; padding: .4rem .8rem; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.number span { display: inline-block; white-space: nowrap; margin-left: .8rem; }
thead .number, .number:nth-last-child(-n+2) { white-space: nowrap; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
article.red { border: 2px solid var(--red); }
.reasons { background: var(--red-ground); color: var(--red); border-radius: .4rem; padding: .6rem .6rem .6rem 1.8rem; margin: .6rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .7rem 0; }
dd { margin: 0; }
details { margin-top: .6rem; }
summary { cursor: pointer; font-weight: 600; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
li { margin: .3rem 0; }
ol, ul { padding-left: 1.4rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } th, td { padding: .4rem .5rem; } }
@media print { details > * { display: block; } article { break-inside: avoid; } }
`;
