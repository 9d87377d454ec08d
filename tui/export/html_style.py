"""The one style sheet of an HTML export: a calm page, light or dark as the reader's system is."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --ink: #23211d; --quiet: #79746a; --line: #e4e0d7; --wash: #f2efe8;
  --user: #2f6f8f; --assistant: #8a5a2b; --tool: #a39d91; --other: #8a6d00; --good: #3f7d4e; --bad: #b03a2e;
  --link: #2a5f9e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #191b1e; --ink: #dcd8cf; --quiet: #918c82; --line: #33363a; --wash: #22252a;
    --user: #7fb6d1; --assistant: #d3a374; --tool: #6d7076; --other: #d6bb54; --good: #86c294; --bad: #e58a7f;
    --link: #8fb8e8;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 46rem; padding: 3.5rem 1.5rem 5rem; color: var(--ink); overflow-wrap: anywhere;
  font-size: 1.06rem; line-height: 1.62;
  font-family: Charter, "Bitstream Charter", "Iowan Old Style", "Palatino Linotype", Georgia, "DejaVu Serif", serif;
  display: flex; flex-direction: column;
}
.origin, .about, .who, .day, .run, .tools, .card, .note, nav, footer {
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-size: .82rem;
}
.origin, .about, .note, nav p, footer { color: var(--quiet); margin: 0; }
.origin { order: -2; }
nav { order: -1; margin-top: 1.2rem; padding: .9rem 1.2rem; background: var(--wash); border-radius: .5rem; }
nav ol { margin: .3rem 0 0; padding-left: 1.6rem; }
nav a { text-decoration: none; }
article { margin-top: 3rem; }
article + article { margin-top: 6rem; padding-top: 3rem; border-top: 1px solid var(--line); }
h1 { margin: 0 0 .35rem; font-size: 1.7rem; line-height: 1.25; font-weight: 600; letter-spacing: -.01em; }
.day {
  display: flex; align-items: center; gap: 1rem; margin: 3rem 0 1.6rem; color: var(--quiet); font-weight: 500;
  font-size: .78rem; letter-spacing: .06em; text-transform: uppercase;
}
.day::before, .day::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.message { margin: 0 0 1.7rem; padding: 0 0 0 1.15rem; border-left: 3px solid var(--colour, var(--other)); }
.user { --colour: var(--user); } .assistant { --colour: var(--assistant); }
.who { display: flex; gap: .7rem; align-items: baseline; margin-bottom: .2rem; line-height: 1.5; }
.who b { color: var(--colour, var(--other)); font-weight: 600; }
time { color: var(--quiet); font-variant-numeric: tabular-nums; }
.flaw { color: var(--bad); }
/* Each paragraph reads in its own direction, and none reaches into the next. */
h1, .about, nav li, .said p, .said li, .said h4, .said h5, .said h6, th, td { unicode-bidi: plaintext; }
.said > :first-child { margin-top: 0; } .said > :last-child { margin-bottom: 0; }
.said p, .said ul, .said ol, .said blockquote, .said table, .said pre { margin: .7rem 0; }
.said ul, .said ol { padding-left: 1.6rem; } .said li { margin: .2rem 0; } .said li > p { margin: .2rem 0; }
.said ol { list-style: none; } .number { float: left; min-width: 1.6rem; margin-left: -1.6rem; }
.said h4, .said h5, .said h6 { margin: 1.5rem 0 .5rem; line-height: 1.3; }
.said h4 { font-size: 1.3rem; } .said h5 { font-size: 1.12rem; } .said h6 { font-size: 1rem; }
.said hr { border: 0; border-top: 1px solid var(--line); margin: 1.5rem 0; }
.plain { white-space: pre-wrap; }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 2px solid var(--line); color: var(--quiet); }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: .06em; }
.address { color: var(--quiet); font-size: .85em; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .85em; }
code { background: var(--wash); padding: .1em .3em; border-radius: .25em; }
pre { background: var(--wash); padding: .8rem 1rem; border-radius: .5rem; overflow-x: auto; line-height: 1.5; }
pre code { background: none; padding: 0; font-size: 1em; }
.info { color: var(--quiet); font-size: .85em; } .said .info { margin: .7rem 0 -.5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .95em; }
th, td {
  overflow-wrap: normal; padding: .3rem .8rem; border-bottom: 1px solid var(--line); text-align: start;
  vertical-align: top;
}
th { font-weight: 600; border-bottom-width: 2px; }
.tools { margin: 0 0 1.7rem; padding-left: 1.15rem; border-left: 3px solid var(--line); color: var(--quiet); }
.tools summary { cursor: pointer; }
.tools pre { white-space: pre-wrap; margin: .4rem 0 .8rem; max-height: 24rem; overflow: auto; }
.call { margin-top: .8rem; color: var(--ink); } .call p { margin: .2rem 0; }
.call em, .narrative { color: var(--quiet); }
.good { color: var(--good); } .bad { color: var(--bad); }
.card { margin: .8rem 0 0; padding: .55rem .9rem; border: 1px solid var(--line); border-radius: .5rem; }
.card summary { cursor: pointer; } .card pre { white-space: pre-wrap; max-height: 24rem; overflow: auto; }
.run { display: flex; gap: .8rem; padding: .28rem 0; border-bottom: 1px solid var(--line); align-items: baseline; }
.run .status { flex: 0 0 8rem; color: var(--quiet); } .run .said { flex: 1; min-width: 0; }
.run .good { color: var(--good); } .run .bad { color: var(--bad); }
.note { font-style: italic; margin: -1rem 0 1.7rem 1.3rem; }
footer { margin-top: 5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
@media (max-width: 32rem) { body { padding: 2rem 1rem; font-size: 1rem; } .message, .tools { padding-left: .8rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .message { break-inside: avoid-page; } }
"""
