/** The look of the catalogue: inside the page, so that one file is the whole catalogue, on a phone and in the dark too. */
export const CATALOGUE_STYLE = `
:root { color-scheme: light dark; --paper: #f6f7f9; --card: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --band: #f3f5f8; --accent: #0b57c2; --on-accent: #ffffff; --good: #0b6b2d; --good-band: #e3f6e8; --bad: #a40e18; --bad-band: #fdeaea; --odd: #7a4100; --odd-band: #fdf1dc; }
@media (prefers-color-scheme: dark) { :root { --paper: #0b0f14; --card: #12181f; --ink: #e6edf3; --soft: #a3adb8; --line: #2d353f; --band: #19212a; --accent: #79b0ff; --on-accent: #0b0f14; --good: #6bd385; --good-band: #10301b; --bad: #ff938c; --bad-band: #3a1619; --odd: #ecb45a; --odd-band: #33240c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1.25rem 3rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
a { color: var(--accent); } a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .2rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.01em; } h2 { font-size: 1.3rem; line-height: 1.3; margin: 0; } h3 { font-size: .95rem; margin: 0; }
p { margin: .25rem 0; } .soft { color: var(--soft); }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .88em; }
nav ul, .pills, .files { display: flex; flex-wrap: wrap; gap: .4rem .5rem; list-style: none; margin: .75rem 0 0; padding: 0; }
nav ul { gap: .25rem 1.25rem; } nav a { display: inline-block; padding: .3rem 0; }
section.image { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem 1.5rem; margin: 1.5rem 0; }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: flex-start; gap: .75rem 1.5rem; } .head > div { min-width: 0; } .head code { overflow-wrap: anywhere; color: var(--soft); }
.pill { border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .7rem; font-size: .88rem; background: var(--band); } .pill b { font-weight: 600; }
.supported { color: var(--good); background: var(--good-band); border-color: transparent; } .ending, .extended { color: var(--odd); background: var(--odd-band); border-color: transparent; } .ended { color: var(--bad); background: var(--bad-band); border-color: transparent; }
ul.marks { margin: 1rem 0 0; padding: .6rem 1rem; list-style: none; border-left: .3rem solid; border-radius: .3rem; overflow-wrap: anywhere; } ul.bad { border-color: var(--bad); background: var(--bad-band); } ul.odd { border-color: var(--odd); background: var(--odd-band); }
.button { display: inline-block; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; border-radius: .5rem; padding: .55rem 1.1rem; white-space: nowrap; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .9rem 1.25rem; margin: 1.1rem 0 0; } .facts dt { color: var(--soft); font-size: .85rem; } .facts dd { margin: 0; font-size: 1.1rem; font-weight: 600; overflow-wrap: anywhere; } .facts small { display: block; color: var(--soft); font-size: .85rem; font-weight: 400; }
.lines { margin: 1.1rem 0 0; } .lines dt { color: var(--soft); font-size: .85rem; margin-top: .5rem; } .lines dd { margin: 0; } .lines code { display: block; background: var(--band); border: 1px solid var(--line); border-radius: .4rem; padding: .45rem .7rem; margin-top: .15rem; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
.files a { display: inline-block; padding: .2rem 0; } .files { gap: .25rem 1.1rem; }
.trends { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin: 1.25rem 0 0; } .trend { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem .5rem; } .trend p { font-size: .85rem; }
.trend svg { display: block; width: 100%; height: 3rem; margin-top: .35rem; overflow: visible; } .trend polyline { fill: none; stroke: var(--accent); stroke-width: 2; vector-effect: non-scaling-stroke; } .trend path { fill: var(--accent); opacity: .1; } .trend line { stroke: var(--accent); stroke-width: 7; stroke-linecap: round; vector-effect: non-scaling-stroke; }
details { margin: 1.1rem 0 0; } summary { cursor: pointer; padding: .35rem 0; font-weight: 600; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .93rem; } caption { text-align: left; color: var(--soft); padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; } thead th { color: var(--soft); font-weight: 600; } tbody th { font-weight: 400; } .number { text-align: right; font-variant-numeric: tabular-nums; }
footer { margin-top: 2rem; color: var(--soft); font-size: .9rem; } .empty { background: var(--card); border: 1px dashed var(--line); border-radius: .75rem; padding: 2rem; text-align: center; margin: 2rem 0; }
@media (max-width: 40rem) { body { padding: 1rem .75rem 2rem; } h1 { font-size: 1.5rem; } section.image { padding: 1rem; border-radius: .6rem; } .button { width: 100%; text-align: center; } .head > div:last-child { width: 100%; } .facts { grid-template-columns: 1fr 1fr; } .wide { display: none; } table { font-size: .85rem; } th, td { padding-right: .5rem; } th:last-child, td:last-child { padding-right: 0; } td.number:nth-last-child(4) { padding-right: 0; } }
@media print { body { background: none; } section.image { break-inside: avoid; } .button { color: inherit; background: none; padding: 0; } }
`;
