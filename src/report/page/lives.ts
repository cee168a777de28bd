import type { RunResult } from '../../scenario/result.ts';
import { formatStoryTime } from '../../scenario/story-time.ts';
import type { Change, LifeEvent } from './changes.ts';
import { laneClass } from './drawing.ts';
import { html, type Markup } from './markup.ts';

/** Events shown of one life; of a longer one the first and the last. */
const eventsMax = 24;

/** The life of every change, those of rows that a failure is about first. `numbers` ties each to its arrows. */
export function livesMarkup(
  changes: readonly Change[],
  {
    result,
    numbers,
    anchor,
  }: { readonly result: RunResult; readonly numbers: ReadonlyMap<string, number>; readonly anchor: string },
): Markup {
  const meant = new Set(
    result.failures.flatMap(({ differences }) =>
      differences.flatMap(({ row, label }) => [
        ...(row === undefined ? [] : [`${row.entityType}/${row.entityId}`]),
        ...(label === undefined ? [] : [label]),
      ]),
    ),
  );
  const isMeant = ({ rows, label }: Change) =>
    rows.some((row) => meant.has(row)) || (label !== null && meant.has(label));
  const ordered = [...changes.filter(isMeant), ...changes.filter((change) => !isMeant(change))];
  const cards = ordered.map((change) =>
    lifeMarkup(change, {
      number: numbers.get(change.id) ?? 0,
      isMeant: isMeant(change),
      look: laneClass({ name: change.device, index: result.devices.indexOf(change.device) }),
      anchor,
    }),
  );
  return html`<ul class="lives">${cards}</ul>`;
}

function lifeMarkup(
  { id, label, device, rows, action, events }: Change,
  {
    number,
    isMeant,
    look,
    anchor,
  }: { readonly number: number; readonly isMeant: boolean; readonly look: string; readonly anchor: string },
): Markup {
  const name = label ?? rows[0] ?? id;
  const about = [action, rows.slice(0, 3).join(', '), rows.length > 3 ? `and ${rows.length - 3} more` : ''];
  const what = about.filter((word) => word !== '').join(' ');
  return html`<li class="change ${isMeant ? 'meant' : ''}"><div class="of"><b class="${look}">${name}</b><span>${what}${device === '' ? '' : ` on ${device}`}</span><code title="id of the change">${id}</code><button type="button" class="show" data-change="${number}" aria-pressed="false">show on timeline</button></div><ol>${shortened(events).map((event) => eventMarkup(event, anchor))}</ol></li>`;
}

function shortened(events: readonly LifeEvent[]): readonly (LifeEvent | number)[] {
  if (events.length <= eventsMax) return events;
  const half = eventsMax / 2;
  return [...events.slice(0, half), events.length - eventsMax, ...events.slice(-half)];
}

function eventMarkup(event: LifeEvent | number, anchor: string): Markup {
  if (typeof event === 'number') return html`<li class="more">${event} more</li>`;
  const { stage, detail, atMs, record } = event;
  const isOnTimeline = stage !== 'committed locally' && stage !== 'settled' && stage !== 'issued';
  const time = formatStoryTime(atMs);
  const at = isOnTimeline ? html`<a href="#${anchor}-${record}">${time}</a>` : html`<span>${time}</span>`;
  return html`<li class="${stageLook(stage)}"><span class="stage">${stage}${detail === '' || stage === 'issued' || stage === 'settled' ? '' : `: ${detail}`}</span>${at}</li>`;
}

function stageLook(stage: LifeEvent['stage']): string {
  if (stage === 'answer lost' || stage === 'app killed') return 'bad';
  if (stage === 'retried') return 'again';
  return stage === 'settled' || stage === 'committed on the server' || stage === 'learned by a pull' ? 'good' : 'plain';
}
