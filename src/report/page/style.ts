/** The look of a report page, light and dark. Colours of lanes stay apart for colour-blind eyes; text has a contrast of 4.5 or more. */
export const pageStyle = `
:root { color-scheme: light dark; --bg: #fff; --card: #f6f7f9; --line: #d8dce2; --text: #1b1f24; --dim: #57606a; --link: #0a5cc2;
  --good: #146c2e; --bad: #b3261e; --bad-bg: #fdecea; --warn: #8f4700; --mark: #ffe08a; --mark-text: #1b1f24;
  --l0: #1f5fbf; --l1: #00706a; --l2: #8036a8; --l3: #855300; --l4: #b0306f; --l5: #4c6a00; --server: #465160; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171b; --card: #1d2127; --line: #353b44; --text: #e7eaee; --dim: #a3adb8;
  --link: #7db4ff; --good: #62d27e; --bad: #ff8f85; --bad-bg: #3a1f1d; --warn: #ffb866; --mark: #6b5300; --mark-text: #fff3c9;
  --l0: #7db0ff; --l1: #4fd0c4; --l2: #d39bf5; --l3: #ecb556; --l4: #ff8dc0; --l5: #b2d156; --server: #aab4c0; } }
.lane-0 { --c: var(--l0) } .lane-1 { --c: var(--l1) } .lane-2 { --c: var(--l2) } .lane-3 { --c: var(--l3) } .lane-4 { --c: var(--l4) }
.lane-5 { --c: var(--l5) } .server { --c: var(--server) }
* { box-sizing: border-box }
body { margin: 0; background: var(--bg); color: var(--text); font: 14px/1.5 system-ui, sans-serif }
main, body > header { max-width: 1500px; margin: 0 auto; padding: 0 24px }
code, pre, time, .time, .depth { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 12px }
a { color: var(--link) }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
h1 { font-size: 22px; margin: 24px 0 4px } h3 { font-size: 15px; margin: 28px 0 8px } h4 { font-size: 15px; margin: 0; font-weight: 600; overflow-wrap: anywhere }
.meta { color: var(--dim); margin: 2px 0 12px }
.tools { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; margin: 12px 0 }
.tools input[type=search] { font: inherit; padding: 5px 10px; width: 280px; border: 1px solid var(--line); border-radius: 6px; background: var(--bg); color: var(--text) }
.count { font-weight: 600 } .count.passed { color: var(--good) } .count.failed { color: var(--bad) } .count.skipped { color: var(--dim) }
.run { border: 1px solid var(--line); border-radius: 8px; margin: 8px 0; background: var(--bg) }
.run > summary { padding: 7px 16px; cursor: pointer; display: flex; gap: 12px; align-items: baseline; border-radius: 8px }
.run > summary:hover { background: var(--card) }
.run[open] > summary { border-bottom: 1px solid var(--line); border-radius: 8px 8px 0 0; background: var(--card) }
.run > summary .name { font-weight: 600; flex: 1; min-width: 0; overflow-wrap: anywhere } .name small { display: block; font-weight: 400; font-size: 12px; color: var(--dim) } .run > summary .took { color: var(--dim); white-space: nowrap }
.badge { font-size: 12px; font-weight: 700; border: 1px solid currentColor; border-radius: 99px; padding: 0 9px; white-space: nowrap }
.badge.passed { color: var(--good) } .badge.failed { color: var(--bad) } .badge.skipped { color: var(--dim) }
.inside { padding: 4px 16px 20px }
.about { margin: 10px 0 4px; max-width: 90ch }
.facts { display: flex; flex-wrap: wrap; gap: 2px 22px; margin: 6px 0; color: var(--dim) } .facts b { color: var(--text); font-weight: 500 }
.replay { display: flex; gap: 8px; align-items: center; margin: 10px 0 } .replay code { flex: 1; padding: 7px 11px; background: var(--card); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; white-space: pre; font-size: 13px }
button { font: inherit; font-size: 12px; color: var(--link); background: none; border: 1px solid var(--line); border-radius: 6px; padding: 2px 9px; cursor: pointer } button:hover { background: var(--card) }
button[aria-pressed=true] { background: var(--link); color: var(--bg); border-color: var(--link) }
html:not(.scripted) :is(button, .tools label) { display: none }
.failure { background: var(--bad-bg); border-left: 4px solid var(--bad); border-radius: 0 8px 8px 0; padding: 12px 16px; margin: 14px 0 }
.excerpt { margin: 8px 0; padding: 8px 12px; background: var(--bg); border-radius: 6px; overflow-x: auto } .excerpt .number { color: var(--dim); margin-right: 16px; user-select: none }
mark { background: var(--mark); color: var(--mark-text); border-radius: 2px }
.wide { overflow-x: auto } table { border-collapse: collapse; background: var(--bg); border-radius: 6px; margin: 10px 0; min-width: 480px }
th, td { text-align: left; padding: 5px 14px; border-bottom: 1px solid var(--line); vertical-align: top } thead th { color: var(--dim); font-weight: 500 }
tbody tr:last-child > * { border-bottom: 0 } td code { white-space: pre-wrap; overflow-wrap: anywhere } .expected code, .held { color: var(--good) } .actual code { color: var(--bad); font-weight: 600 }
.why { margin: 8px 0 0 } .why ul { margin: 2px 0 0; padding-left: 20px }
.charts { max-width: 900px } figure { margin: 0; display: grid; grid-template-columns: 128px 1fr; gap: 12px; align-items: center; border-bottom: 1px solid var(--line) }
figcaption { color: var(--c); font-weight: 600; overflow: hidden; text-overflow: ellipsis } figcaption small { display: block; color: var(--dim); font-weight: 400; font-size: 12px }
figure svg { width: 100%; height: 44px; display: block } .depths { fill: color-mix(in srgb, var(--c) 22%, transparent); stroke: var(--c); stroke-width: 1.5; vector-effect: non-scaling-stroke }
figure path.fault { stroke: var(--warn); stroke-width: 1.5; stroke-dasharray: 3 2; vector-effect: non-scaling-stroke }
.axis { margin-left: 140px; display: flex; justify-content: space-between; color: var(--dim); font-size: 12px }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--dim); font-size: 12px; margin: 0 0 8px } .legend span::before { content: attr(data-sign); color: var(--text); margin-right: 6px; font-weight: 700 } .legend .warn::before { color: var(--warn) } .legend .bad::before { color: var(--bad) }
.timeline { position: relative; border: 1px solid var(--line); border-radius: 8px; min-width: min-content }
.row { display: grid; grid-template-columns: 136px var(--lanes) minmax(280px, 1fr) auto; position: relative; align-items: center }
.row.head { position: sticky; top: 0; z-index: 3; background: var(--card); border-bottom: 1px solid var(--line); height: 32px; color: var(--dim); font-size: 12px; border-radius: 8px 8px 0 0 }
.names { display: flex } .names span { text-align: center; color: var(--c); font-weight: 700; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; padding: 0 4px; font-size: 13px }
.part { position: relative; content-visibility: auto; overflow: clip } .part svg.lanes { position: absolute; left: 136px; top: 0; overflow: hidden }
.part ol { list-style: none; margin: 0; padding: 0; display: flow-root }
.time { white-space: nowrap; padding-left: 12px; color: var(--dim); font-size: 12px } .time.same { opacity: 0 } .row:hover .time.same { opacity: 1 }
.text { grid-column: 3; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; padding: 0 8px }
.text[tabindex] { cursor: pointer } .text:is(:focus, :active) { white-space: normal; overflow: visible; background: var(--card); position: relative; z-index: 2; align-self: start; border-radius: 4px; box-shadow: 0 0 0 1px var(--line); overflow-wrap: anywhere }
.where { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.place { color: var(--dim); font-size: 12px; padding-right: 12px }
.row:hover { background: color-mix(in srgb, var(--link) 7%, transparent) } .row:target { background: color-mix(in srgb, var(--mark) 45%, transparent) }
.quiet .text { color: var(--dim) } .step .text, .life .text { font-weight: 500 }
.fault .text, .notice .text, .refused .text { color: var(--warn) } .held .text { color: var(--good) } .failed .text { color: var(--bad); font-weight: 700 }
.phase { background: var(--card); border-block: 1px solid var(--line) } .phase .text { font-weight: 700; font-size: 14px }
.gap { position: absolute; bottom: 100%; left: 12px; color: var(--dim); font-size: 11px; font-style: italic; display: flex; align-items: center; white-space: nowrap }
svg .online { stroke: var(--c); stroke-width: 1.5 } svg .offline { stroke: var(--c); stroke-width: 1.5; stroke-dasharray: 1 5; stroke-linecap: round } svg .dead { stroke: none }
.queue { fill: color-mix(in srgb, var(--c) 30%, transparent) } .depth { fill: var(--c); font-size: 11px; font-weight: 700 }
circle.step, rect.step { fill: var(--c); stroke: var(--bg); stroke-width: 1 } .ring { fill: var(--bg); stroke: var(--c); stroke-width: 2 }
.missed { fill: var(--bg); stroke: var(--bad); stroke-width: 2 } .across { stroke: var(--line); stroke-width: 1 } path.fault { fill: var(--warn); stroke: var(--bg); stroke-width: .7 }
.holds { fill: none; stroke: var(--good); stroke-width: 2.5 } .fails { fill: none; stroke: var(--bad); stroke-width: 3 }
.arrow path { fill: none; stroke: var(--c); stroke-width: 1.3 } .arrow.answer path { stroke-dasharray: 5 3 } .arrow .head { fill: var(--c); stroke: none }
.arrow.lost path, .arrow.problem path { stroke: var(--bad) } .arrow.problem .head { fill: var(--bad) } .arrow.lost .cross { stroke-width: 2.2; stroke-dasharray: none }
.arrow.late path { opacity: .5 } .picked .arrow { opacity: .13 } .picked .arrow.lit { opacity: 1 } .picked .arrow.lit path { stroke-width: 2.6 }
.lives { list-style: none; margin: 0; padding: 0 } .change { border: 1px solid var(--line); border-radius: 8px; padding: 9px 14px; margin: 8px 0; content-visibility: auto; contain-intrinsic-size: auto 88px } .change.meant { border-left: 4px solid var(--bad) }
.of { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline } .of b { color: var(--c, var(--text)) } .of span, .of code { color: var(--dim) } .of button { margin-left: auto }
.change ol { list-style: none; display: flex; flex-wrap: wrap; gap: 6px 22px; padding: 0; margin: 8px 0 0 } .change ol li { position: relative; border: 1px solid var(--line); border-radius: 6px; padding: 2px 9px; line-height: 1.35; background: var(--card) }
.change ol li:not(:last-child)::after { content: '→'; position: absolute; right: -18px; top: 8px; color: var(--dim) } .stage { display: block; font-size: 13px } .change ol li > :is(a, span):last-child { font: 11px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace } .change ol li > span:last-child { color: var(--dim) }
.change .bad .stage { color: var(--bad); font-weight: 600 } .change .good .stage { color: var(--good) } .change .again .stage { color: var(--warn); font-weight: 600 } .change .more { border-style: dashed }
.none { color: var(--dim) }
@media (max-width: 820px) { main, body > header { padding: 0 10px } .run > summary { flex-wrap: wrap } figure { grid-template-columns: 84px 1fr } .axis { margin-left: 96px } .inside { overflow-x: auto } }
@media print { .tools, button { display: none } .part, .change { content-visibility: visible } }
`;
