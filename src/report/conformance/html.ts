import {
  type ConformanceResult,
  countEnds,
  type ProbeEnd,
  type ProbeResult,
  probeEnds,
} from '../../conformance/result.ts';
import type { Exchange } from '../../conformance/transcript.ts';
import { html, type Markup } from '../page/markup.ts';
import { wholePage } from '../page/whole-page.ts';
import { cleanUpText, countsText, exchangeText, findingsOf } from './told.ts';

/** Findings that are open when the page is. */
const openMax = 5;

/** How the style of pages calls each end. */
const looks: Readonly<Record<ProbeEnd, string>> = {
  kept: 'passed',
  broken: 'failed',
  skipped: 'skipped',
  inconclusive: 'inconclusive',
};

const style = `
.badge.inconclusive, .count.inconclusive { color: var(--warn) } .badge.critical { color: var(--bad) } .badge.major { color: var(--warn) } .badge.minor { color: var(--dim) }
.exchange { border: 1px solid var(--line); border-radius: 6px; margin: 8px 0; padding: 6px 12px } .exchange summary { cursor: pointer }
.exchange pre { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 320px; overflow-y: auto; background: var(--card); padding: 8px 12px; border-radius: 6px }
`;

/** The run as one page that needs nothing else: findings first, each with its evidence; all claims can be searched. */
export function formatHtml(result: ConformanceResult): string {
  const findings = findingsOf(result);
  const others = result.results.filter(({ end }) => end !== 'broken');
  const opened = new Set(findings.slice(0, openMax));
  const parts = [...findings, ...others].map((one) => probeMarkup(one, opened.has(one)));
  const title = `Conformance of ${result.url}: ${countsText(result)}`;
  return wholePage({ title, head: headMarkup(result), parts, style });
}

function headMarkup(result: ConformanceResult): Markup {
  const counts = countEnds(result.results);
  const present = probeEnds.filter((end) => counts[end] > 0);
  const words = present.map((end) => html`<span class="count ${looks[end]}">${counts[end]} ${end}</span>`);
  const boxes = present.map((end) => html`<label><input type="checkbox" checked data-verdict="${end}"> ${end}</label>`);
  const took = (result.wallMs / 1_000).toFixed(1);
  const cleaned = cleanUpText(result);
  const stopped = result.isStopped ? html`<p class="count failed">Stopped before the last claim.</p>` : null;
  const tidy = cleaned === null ? null : html`<p class="meta">cleaned up: ${cleaned}</p>`;
  return html`<h1>Conformance of ${result.url}</h1><p class="meta">guras-sync, run ${result.runId}, began <time datetime="${result.startedAt}">${result.startedAt}</time>, took ${took} s</p>${tidy}${stopped}<div class="tools">${words}<label><span class="where">Find claims</span><input type="search" id="search" placeholder="Find claims"></label>${boxes}</div>`;
}

function probeMarkup(one: ProbeResult, isOpen: boolean): Markup {
  const { probe, end, wallMs } = one;
  const inside = html`<div class="inside"><p class="about">${probe.says}</p>${reasonMarkup(one)}${findingMarkup(one)}${evidenceMarkup(one)}</div>`;
  const summary = html`<summary><span class="badge ${looks[end]}">${end}</span><span class="name">${probe.claim}<small>${probe.topic}</small></span><span class="badge ${probe.severity}">${probe.severity}</span><span class="took">${Math.round(wallMs)} ms</span></summary>`;
  return isOpen
    ? html`<details class="run" data-is="${end}" open>${summary}${inside}</details>`
    : html`<details class="run" data-is="${end}">${summary}${inside}</details>`;
}

function reasonMarkup({ reason }: ProbeResult): Markup | null {
  return reason === null ? null : html`<p class="meta">${reason}</p>`;
}

function findingMarkup({ finding }: ProbeResult): Markup | null {
  if (finding === null) return null;
  const { expected, saw, row } = finding;
  const where =
    row === null
      ? null
      : html`<tr><th scope="row">row</th><td><code>${row.entityType}/${row.entityId}</code></td></tr>`;
  return html`<section class="failure"><div class="wide"><table><tbody><tr><th scope="row">expected</th><td class="expected"><code>${expected}</code></td></tr><tr><th scope="row">saw</th><td class="actual"><code>${saw}</code></td></tr>${where}</tbody></table></div></section>`;
}

function evidenceMarkup({ exchanges, exchangesDropped }: ProbeResult): Markup | null {
  if (exchanges.length === 0) return null;
  const dropped =
    exchangesDropped === 0 ? null : html`<p class="meta">${exchangesDropped} earlier exchanges are left out.</p>`;
  return html`<h3>What was asked and answered</h3>${dropped}${exchanges.map(exchangeMarkup)}`;
}

function exchangeMarkup(exchange: Exchange): Markup {
  const { requestHeaders, requestBody, answerHeaders, answerBody } = exchange;
  const asked = [headersText(requestHeaders), requestBody ?? ''].filter((text) => text !== '').join('\n\n');
  const answered = [headersText(answerHeaders), answerBody].filter((text) => text !== '').join('\n\n');
  return html`<details class="exchange"><summary><code>${exchangeText(exchange)}</code></summary><pre>${asked}</pre><pre>${answered}</pre></details>`;
}

function headersText(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
