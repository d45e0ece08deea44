/** The look of the HTML report: inside the page, so that one file is the whole report, on a phone and in the dark too. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --band: #f6f8fa; --good: #0b6b2d; --bad: #b3121d; --odd: #8a4b00; --bar: #4a7ab8; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --soft: #9da7b1; --line: #30363d; --band: #161b22; --good: #57c46f; --bad: #ff8078; --odd: #e3a33b; --bar: #6da0e0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
a { color: inherit; } nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 1rem 0 0; padding: 0; } nav a { display: inline-block; padding: .25rem 0; }
.verdict { border-left: .4rem solid; border-radius: .3rem; padding: .75rem 1rem; background: var(--band); }
.pass { color: var(--good); } .fail { color: var(--bad); } .unknown, .skip { color: var(--odd); }
.soft { color: var(--soft); } th p, td p { margin: 0; overflow-wrap: anywhere; }
.verdict p { margin: 0; color: var(--ink); } .verdict .word { color: inherit; font-weight: 700; font-size: 1.6rem; line-height: 1.2; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.tiles div { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .75rem; }
.tiles dt { font-size: .85rem; } .tiles dd { font-size: 1.2rem; font-weight: 600; white-space: normal; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 1rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
code, .evidence { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
article { border: 1px solid var(--line); border-left: .4rem solid var(--bad); border-radius: .4rem; padding: 1rem; margin: 1rem 0; } article dl { margin: .5rem 0 0; }
summary:focus-visible, a:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: var(--soft); padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: break-word; } tbody th, td.evidence { overflow-wrap: anywhere; } thead th { background: var(--band); white-space: nowrap; overflow-wrap: normal; }
tbody th { font-weight: 400; } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .word-cell { white-space: nowrap; }
.chart td.track { width: 55%; } .chart .bar { display: block; height: .9rem; margin-top: .3rem; min-width: 3px; border-radius: .2rem; background: var(--bar); }
summary { cursor: pointer; padding: .5rem 0; } td summary, th summary { padding: .15rem 0; color: var(--soft); font-size: .9rem; } pre { overflow-x: auto; white-space: pre-wrap; } ul.plain { margin: .25rem 0; padding-left: 1.25rem; }
@media (max-width: 40rem) {
  body { padding: .75rem; } dl { grid-template-columns: 1fr; } dt { margin-top: .5rem; } .tiles { grid-template-columns: 1fr 1fr; } .tiles dt { margin: 0; }
  .wide { display: none; } th, td { padding: .35rem .3rem; } tbody th { min-width: 7rem; } .chart tbody th { min-width: 0; } .number, .word-cell, thead th { white-space: normal; } .chart td.track { width: 34%; }
}
@media print { details > * { display: block; } nav { display: none; } }
`;
