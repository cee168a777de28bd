import type { Difference } from '../../scenario/judgement.ts';
import { formatPlace, type Place } from '../../scenario/language/place.ts';
import type { Failure, RunResult } from '../../scenario/result.ts';
import { formatStoryTime } from '../../scenario/story-time.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { html, type Markup } from './markup.ts';
import { momentOf } from './told-failures.ts';

/** What failed: the sentence, the line of the scenario, expected against actual, why, and the moment on the timeline. */
export function failuresMarkup(
  { failures }: RunResult,
  { story, anchor }: { readonly story: readonly TraceRecord[]; readonly anchor: string },
): Markup {
  const all = failures.map((failure) => {
    const moment = momentOf(story, failure);
    return failureMarkup(failure, moment < 0 ? null : `${anchor}-${moment}`);
  });
  return html`<div class="failures">${all}</div>`;
}

function failureMarkup(failure: Failure, moment: string | null): Markup {
  const { claim, place, sentence, why, atMs } = failure;
  const where = place === null ? null : html`<code>${formatPlace(place)}</code> · `;
  const time = formatStoryTime(atMs);
  const at = moment === null ? html`at ${time}` : html`<a href="#${moment}">at ${time}</a>`;
  const because =
    why === null
      ? null
      : html`<div class="why"><b>Why</b><ul>${why.split('; ').map((life) => html`<li>${life}</li>`)}</ul></div>`;
  return html`<section class="failure"><h4>${sentence}</h4><p class="meta">${where}<span>${claim}</span> · ${at}</p>${place === null ? null : excerpt(place)}${comparison(failure)}${because}</section>`;
}

function excerpt({ line, col, length, excerpt: text }: Place): Markup {
  const [before, meant, after] = [
    text.slice(0, col - 1),
    text.slice(col - 1, col - 1 + length),
    text.slice(col - 1 + length),
  ];
  return html`<pre class="excerpt"><span class="number">${line}</span>${before}<mark>${meant}</mark>${after}</pre>`;
}

function comparison({ differences, holding }: Failure): Markup | null {
  if (differences.length === 0) return null;
  const differing = differences.map(
    (difference) =>
      html`<tr><th scope="row">${difference.subject}</th><td>${whatOf(difference)}</td><td class="expected"><code>${difference.expected}</code></td><td class="actual"><code>${difference.actual}</code></td></tr>`,
  );
  const held = holding.map(
    (name) => html`<tr><th scope="row">${name}</th><td></td><td colspan="2" class="held">✓ as expected</td></tr>`,
  );
  return html`<div class="wide"><table><thead><tr><th scope="col">who</th><th scope="col">what</th><th scope="col">expected</th><th scope="col">actual</th></tr></thead><tbody>${[...differing, ...held]}</tbody></table></div>`;
}

/** What differs, without its two values when the text ends in them: `meditation/s1 rating`. */
function whatOf({ text, expected, actual }: Difference): string {
  const values = `${actual}, not ${expected}`;
  const what = text.endsWith(values) ? text.slice(0, -values.length) : text;
  return what.replace(/^has /, '').trim();
}
