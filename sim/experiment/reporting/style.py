"""How a report looks: on a wide and a narrow screen, by day and by night, and on paper."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1a1d21; --soft: #4d545c; --line: #d4d8dd; --ground: #f4f5f7; --accent: #0b5a8f;
  --good: #0b5a8f; --bad: #9c3d00; --open: #5a4a00; --even: #4d545c; --note: #fdf6e3; --note-line: #c9a227;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #15181c; --ink: #e6e8ea; --soft: #b3bac2; --line: #3a4149; --ground: #1f2329; --accent: #7cc0ee;
    --good: #7cc0ee; --bad: #ffa66b; --open: #e3cf7a; --even: #b3bac2; --note: #2a2614; --note-line: #a88b25;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
}
main, header, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.25rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.9rem; margin: .15rem 0 .5rem; }
h2 { font-size: 1.4rem; margin: 3.25rem 0 .75rem; padding-top: 1.1rem; border-top: 3px solid var(--ink); }
h3 { font-size: 1.1rem; margin: 2.25rem 0 .5rem; }
#answer h2 { border: 0; padding: 0; margin: 1.5rem 0 .5rem; } #answer > h3 { margin-top: 1.5rem; }
p, ul, ol, dl { max-width: 46rem; margin: .6rem 0; }
ul, ol { padding-left: 1.3rem; }
li { margin: .3rem 0; }
a { color: var(--accent); }
code, pre {
  font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .88em;
}
pre { background: var(--ground); padding: .75rem 1rem; white-space: pre-wrap; border-radius: 4px; margin: .6rem 0; }
.kind { color: var(--soft); margin: 0; font-weight: 600; }
.question { font-size: 1.1rem; max-width: 50rem; }
.sentence {
  font-size: 1.4rem; line-height: 1.4; max-width: 52rem; margin: 1.25rem 0; padding: .2rem 0 .2rem 1.1rem;
  border-left: 5px solid var(--accent); font-weight: 600;
}
.sentence.long { font-size: 1.15rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(15.5rem, 1fr)); gap: .9rem; margin: 1.25rem 0; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: .85rem 1rem; background: var(--ground); }
.card h3 { margin: 0 0 .35rem; }
.card p { margin: .25rem 0; }
.says { font-size: 1.15rem; font-weight: 700; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; max-width: none; }
.verdict { font-weight: 700; }
.better { color: var(--good); } .worse { color: var(--bad); } .undecided, .unestimated { color: var(--open); }
.even { color: var(--even); }
.soft, .small { color: var(--soft); } .small { font-size: .86rem; line-height: 1.4; }
span.small { display: block; font-weight: 400; }
.warnings { background: var(--note); border-left: 5px solid var(--note-line); padding: .6rem 1rem; margin: 1.25rem 0; }
.warnings ul { margin: .2rem 0; }
.table { margin: 1rem 0 .25rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; line-height: 1.4; }
table { font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .86rem; padding: 0 0 .4rem; max-width: 60rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .7rem .45rem 0; border-bottom: 1px solid var(--line); }
thead th { font-size: .82rem; color: var(--soft); vertical-align: bottom; border-bottom: 2px solid var(--ink); }
tbody th { font-weight: 600; }
th, td { overflow-wrap: break-word; }
tbody th, td.wide { overflow-wrap: anywhere; min-width: 5.5rem; }
th.group { background: var(--ground); padding-left: .5rem; font-size: 1rem; }
td.number, th.number { text-align: right; } td.number { white-space: nowrap; }
td.number:not(:last-child), th.number:not(:last-child) { padding-right: 1.1rem; }
figure { margin: 2.25rem 0 2.75rem; }
figure h3 { margin-top: 0; }
.reading { font-weight: 600; }
.plot {
  overflow-x: auto; background: #ffffff; border: 1px solid var(--line); border-radius: 6px; padding: .5rem;
  max-width: 56rem;
}
.slide { display: none; }
.plot svg { display: block; width: 100%; min-width: 33rem; height: auto; }
figcaption { color: var(--soft); font-size: .9rem; max-width: 50rem; margin-top: .5rem; }
dl.facts { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr; gap: .35rem 1rem; max-width: 60rem; }
dl.facts dt { color: var(--soft); } dl.facts dd, dl.facts p { margin: 0; }
footer { padding-top: 1.5rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem; }
@media screen and (max-width: 46rem) {
  main, header, footer { padding-left: 1rem; padding-right: 1rem; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; }
  .sentence, .sentence.long { font-size: 1.05rem; padding-left: .8rem; }
  .table { overflow-x: visible; } .slide { display: block; }
  table, tbody, tr, th, td, caption { display: block; width: auto; }
  thead { position: absolute; left: -100rem; }
  tr { border: 1px solid var(--line); border-radius: 6px; margin: 0 0 .7rem; padding: .3rem .75rem; }
  tr.group { border: 0; padding: 0; margin: 1.2rem 0 .4rem; }
  th, td { border: 0; padding: .25rem 0; }
  td.number, th.number { text-align: left; white-space: normal; }
  td[data-label]::before {
    content: attr(data-label); display: block; color: var(--soft); font-size: .8rem; line-height: 1.3;
  }
  tr.short { display: grid; grid-template-columns: 1fr 1fr; gap: 0 .9rem; }
  tr.short > th, tr.short > .wide { grid-column: 1 / -1; }
  dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .5rem; }
}
@media print {
  @page { size: A4; margin: 16mm 14mm 18mm; }
  html { font-size: 9.5pt; } body { line-height: 1.4; background: #ffffff; }
  h1 { font-size: 17pt; } h2 { font-size: 13pt; padding-top: .5rem; } h3 { font-size: 11pt; margin-top: 1.2rem; }
  .question { font-size: 10.5pt; }
  .sentence, .sentence.long { font-size: 12pt; margin: .8rem 0; } header { padding-top: 0; }
  .card { padding: .5rem .7rem; } figure { margin: 1rem 0 1.4rem; } .warnings { margin: .8rem 0; }
  main, header, footer { max-width: none; padding-left: 0; padding-right: 0; }
  nav, .skip { display: none; }
  h2 { break-after: avoid; margin-top: 1.6rem; } h3, caption, thead { break-after: avoid; }
  h2.page { break-before: page; }
  tbody, tr, figure, .card, .warnings, dl.facts dt, dl.facts dd, pre { break-inside: avoid; }
  thead { display: table-header-group; } tr.group { break-after: avoid; }
  .table { break-inside: avoid; } .table.long { break-inside: auto; }
  table { font-size: 8.4pt; } th, td { padding: .25rem .45rem .25rem 0; }
  thead th, .small, caption { font-size: 7.8pt; }
  tbody th { min-width: 25mm; } td.number:not(:last-child) { padding-right: .6rem; }
  .table, .plot { overflow: visible; }
  .plot { border: 0; padding: 0; max-width: 150mm; } .plot svg { min-width: 0; max-height: 200mm; }
  .card, th.group, pre, .warnings { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  a { color: inherit; text-decoration: none; }
}
"""
