/** The look of the HTML report: inside the page, so that one file is the whole report, on a phone and in the dark too. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --band: #f6f8fa; --good: #0b6b2d; --bad: #b3121d; --odd: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --soft: #9da7b1; --line: #30363d; --band: #161b22; --good: #57c46f; --bad: #ff8078; --odd: #e3a33b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin-top: 2rem; }
h3 { font-size: 1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
.verdict { border-left: .4rem solid; padding: .5rem 1rem; background: var(--band); }
.pass { color: var(--good); } .fail { color: var(--bad); } .unknown, .skip { color: var(--odd); }
.soft { color: var(--soft); } th p { margin: 0; overflow-wrap: anywhere; }
.verdict p { margin: 0; color: var(--ink); } .verdict .word { color: inherit; font-weight: 700; font-size: 1.3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 1rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
code, .evidence { font-family: ui-monospace, monospace; font-size: .9em; }
article { border: 1px solid var(--line); border-radius: .4rem; padding: 1rem; margin: 1rem 0; }
.scroll { overflow-x: auto; } .scroll:focus-visible, summary:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: var(--soft); padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); } thead th { background: var(--band); }
tbody th { font-weight: 400; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; padding: .5rem 0; } pre { overflow-x: auto; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .5rem; } .wide { display: none; } }
@media print { details > * { display: block; } }
`;
