import type { Item } from '../../../core/queue/item.ts';
import { canonicalJson, type Json } from '../../../lib/json.ts';
import { printable } from '../../cells.ts';
import { type Leaf, textAt } from '../../command.ts';
import { exit, notThere } from '../../exit.ts';
import { itemDocument } from '../../item-document.ts';
import { itemNamed } from '../../item-named.ts';
import { readSource } from '../../open-source.ts';

/** `queue show`: one change in full. */
export const show: Leaf = {
  shape: (command) =>
    command.argument('<file>', 'the device').argument('<item>', 'id of the change, or its number in the queue'),
  examples: [['queue show phone.db 3', 'prints change 3']],
  run: async (invocation) => {
    const [file, name] = [textAt(invocation, 0), textAt(invocation, 1)];
    const item = readSource(file, (rows) => itemNamed(rows, name));
    if (item === undefined) throw notThere(`${file} has no queue item ${name}`, `see: guras-sync queue list ${file}`);
    invocation.output.result(itemDocument(item), () => lines(item));
    return exit.ok;
  },
};

function lines(item: Item): readonly string[] {
  const known = Object.entries(itemDocument(item)).filter(([, value]) => value !== null && value !== undefined);
  const widest = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => {
    const text =
      typeof value === 'string' ? printable(value) : canonicalJson(JSON.parse(JSON.stringify(value)) as Json);
    return `${name.padEnd(widest)}  ${text}`;
  });
}
