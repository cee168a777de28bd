import type { Item, ItemState } from '../../../core/queue/item.ts';
import { type Invocation, type Leaf, textAt, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { exit, usageError } from '../../exit.ts';
import { itemDocument } from '../../item-document.ts';
import { suggestWord } from '../../known-word.ts';
import { formatMoment } from '../../moment.ts';
import { readSource } from '../../open-source.ts';
import type { Output } from '../../output.ts';
import { countQueue, mapQueue } from '../../queue-pages.ts';
import type { Column } from '../../text-table.ts';
import { wholeNumber } from '../../whole-number.ts';

const states: readonly ItemState[] = ['pending', 'inFlight', 'unsettled', 'waiting', 'parked', 'failed', 'conflict'];

/** `queue list`: the changes that wait, oldest first. */
export const list: Leaf = {
  shape: (command) =>
    command
      .argument('<file>', 'the device')
      .option('--state <state>', `only items in this state: ${states.join(', ')}`)
      .option('--limit <count>', 'at most so many, oldest first', wholeNumber(1, 1_000_000_000)),
  examples: [
    ['queue list phone.db', 'prints all that waits'],
    ['queue list phone.db --state parked', 'prints what the server refused'],
  ],
  run: async (invocation) => {
    const asked = { state: stateGiven(invocation), limit: invocation.options.limit as number | undefined };
    const { output } = invocation;
    readSource(textAt(invocation, 0), (rows) => {
      const total = countQueue(rows, asked.state);
      if (output.isJson) printDocuments(mapQueue(rows, asked, documentText), total, output);
      else output.lines(tableLines(mapQueue(rows, asked, itemCells), { total, state: asked.state, output }));
    });
    return exit.ok;
  },
};

/** One document with a line per item: a long queue is never held as objects. */
function printDocuments(items: readonly string[], total: number, output: Output): void {
  const list = items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n]`;
  output.raw(`{"total":${total},"items":${list}}\n`);
}

function documentText(item: Item): string {
  return JSON.stringify(itemDocument(item));
}

function itemCells(item: Item): readonly string[] {
  const { error, nextAttemptAt } = item;
  return [
    String(item.place),
    item.action,
    `${item.entityType}/${item.entityId}`,
    item.state,
    String(item.retryCount),
    nextAttemptAt === null ? '' : formatMoment(nextAttemptAt),
    error === null ? '' : (error.problem.detail ?? error.problem.code),
    item.id,
  ];
}

function stateGiven(invocation: Invocation): ItemState | undefined {
  const given = textOption(invocation, 'state');
  const state = states.find((known) => known === given);
  if (given === undefined || state !== undefined) return state;
  throw usageError(`there is no item state "${given}"`, suggestWord(given, states));
}

const columns: readonly Column[] = [
  { title: 'nr', align: 'right' },
  { title: 'action' },
  { title: 'row', elastic: true },
  { title: 'state' },
  { title: 'tries', align: 'right' },
  { title: 'next try' },
  { title: 'error', elastic: true },
  { title: 'id' },
];

function tableLines(
  items: readonly (readonly string[])[],
  { total, state, output }: { readonly total: number; readonly state: ItemState | undefined; readonly output: Output },
): readonly string[] {
  if (total === 0) return [state === undefined ? 'the queue is empty' : `no change is ${state}`];
  const shown = items.length < total ? `${items.length} of ${counted(total, 'item')}` : counted(total, 'item');
  return [...output.table(columns, items), shown];
}
