import { describe, expect, it } from 'vitest';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import type { Status, VisibleRow } from '../../src/core/sync/status.ts';
import type { WriteOutcome } from '../../src/core/sync/output.ts';
import type { Edit } from '../../src/core/sync/event.ts';
import type { Conflict } from '../../src/core/merge/conflict.ts';
import { policyRegistry } from '../registries/policies.ts';
import { Fleet, type Phone } from './fleet.ts';

const typesOf = { policies: ['latest', 'set', 'counter', 'ask', 'unit', 'unitAsk', 'max', 'forward', 'deleteWins', 'editWins', 'deleteAsk', 'keyed', 'child', 'single', 'server', 'local', 'custom'] };
const ids = ['a', 'b', 'c'];
const runs = Number(process.env['LAW_RUNS'] ?? 150);
const from = Number(process.env['LAW_FROM'] ?? 0);
const verbose = process.env['LAW_VERBOSE'] !== undefined;

interface Book {
  added: Map<string, number>;
  log: string[];
}

function randomEdit(fleet: Fleet, phone: Phone, book: Book): { edit: Edit; adds: number } {
  const entityType = fleet.pick(typesOf.policies);
  const type = fleet.registry.types.get(entityType)!;
  const entityId = type.singleton ?? `${fleet.pick(ids)}${entityType === 'keyed' ? phone.name : ''}`;
  const fieldNames = Object.keys(type.fields).filter((name) => type.fields[name]!.owner === 'user');
  const token = `${phone.name}:${book.log.length}`;
  const value = (name: string): unknown => {
    const field = type.fields[name]!;
    if (name === 'parentId') return fleet.pick(['aphone0', 'bphone1', 'cphone0']);
    if (name === 'key') return `k${fleet.below(2)}`;
    if (field.merge === 'set') return [token, fleet.pick(['x', 'y', 'z'])].sort();
    if (field.merge === 'max' || field.merge === 'min' || name === 'length') return fleet.below(100);
    if (field.merge === 'forward') return fleet.pick(field.order!);
    return token;
  };
  const counters = fieldNames.filter((name) => type.fields[name]!.merge === 'counter');
  const settable = fieldNames.filter((name) => type.fields[name]!.merge !== 'counter');
  const visible = phone.device!.get(entityType, entityId) as VisibleRow | null;
  const roll = fleet.below(10);
  if (visible === null) {
    const data = Object.fromEntries(settable.filter((n) => n === 'parentId' || n === 'key' || fleet.below(3) > 0).map((n) => [n, value(n)]));
    return { edit: { action: 'create', entityType, entityId, data } as Edit, adds: 0 };
  }
  if (roll === 0) return { edit: { action: 'delete', entityType, entityId }, adds: 0 };
  if (counters.length > 0 && roll < 6) return { edit: { action: 'update', entityType, entityId, add: { [counters[0]!]: 1 } }, adds: 1 };
  const name = fleet.pick(settable);
  return { edit: { action: 'update', entityType, entityId, set: { [name]: value(name) } } as Edit, adds: 0 };
}

function act(fleet: Fleet, book: Book): void {
  const phone = fleet.pick(fleet.phones);
  const roll = fleet.below(100);
  if (roll < 40) {
    if (phone.device === null) return;
    if (fleet.below(12) === 0) {
      const two = [randomEdit(fleet, phone, book), randomEdit(fleet, phone, book)];
      const outcome = phone.device.writeGroup(two.map((t) => t.edit)) as WriteOutcome;
      book.log.push(`${phone.name} group ${JSON.stringify(two.map((t) => t.edit))} ${JSON.stringify(outcome)}`);
      return;
    }
    const { edit } = randomEdit(fleet, phone, book);
    const outcome = phone.device.write(edit) as WriteOutcome;
    book.log.push(`${phone.name} ${JSON.stringify(edit)} -> ${outcome.ok ? outcome.changeIds.join() : outcome.problem.code}`);
  } else if (roll < 75) {
    if (fleet.letters.length === 0) return;
    const letter = fleet.pick(fleet.letters);
    if (letter.outcome === null) {
      letter.outcome = fleet.arrive(letter);
      if (fleet.below(8) === 0) fleet.arrive(letter);
      book.log.push(`server takes ${letter.phone.name} ${letter.call.name} ${JSON.stringify(letter.call.body)} => ${JSON.stringify(letter.outcome)}`);
    } else {
      book.log.push(`answer to ${letter.phone.name} ${letter.call.name}`);
      fleet.end(letter, letter.outcome);
    }
  } else if (roll < 80) {
    if (fleet.letters.length === 0) return;
    const letter = fleet.pick(fleet.letters);
    book.log.push(`lost ${letter.phone.name} ${letter.call.name}`);
    fleet.end(letter, { kind: 'failure', reason: 'reset', detail: 'lost' });
  } else if (roll < 83) {
    if (phone.device === null) phone.start();
    else phone.kill();
    book.log.push(`${phone.name} ${phone.device === null ? 'killed' : 'started'}`);
  } else if (roll < 86) {
    phone.online = !phone.online;
    phone.listener?.(phone.online);
    book.log.push(`${phone.name} online ${phone.online}`);
  } else if (roll < 90) {
    const conflicts = (phone.device?.conflicts() ?? []) as readonly Conflict[];
    const first = conflicts[0];
    if (first !== undefined) {
      const choice = fleet.below(2) === 0 ? ({ keep: 'mine' } as const) : ({ keep: 'theirs' } as const);
      book.log.push(`${phone.name} resolves ${first.changeId} ${choice.keep}`);
      phone.device!.resolveConflict(first.changeId, choice);
    }
  } else {
    fleet.pass(fleet.pick([10, 500, 3_000, 70_000]));
  }
}

function settleConflicts(fleet: Fleet): boolean {
  let any = false;
  for (const phone of fleet.phones) {
    for (const conflict of phone.device!.conflicts() as readonly Conflict[]) {
      phone.device!.resolveConflict(conflict.changeId, { keep: fleet.below(2) === 0 ? 'mine' : 'theirs' });
      any = true;
    }
    for (const item of phone.device!.queue() as readonly { id: string; state: string; action: string }[]) {
      if (item.state === 'parked') {
        phone.device!.drop(item.id);
        any = true;
      }
    }
  }
  return any;
}

function run(seed: number): string[] {
  const fleet = new Fleet({ seed: `laws ${seed}`, registry: policyRegistry, phones: 2 + (seed % 2), limits: { batchCount: 1 + (seed % 7), pageRows: 1 + (seed % 5) } });
  const book: Book = { added: new Map(), log: [] };
  try {
    for (let at = 0; at < 120; at += 1) act(fleet, book);
    for (let round = 0; round < 30; round += 1) {
      fleet.heal();
      if (!settleConflicts(fleet) && fleet.isQuiet()) break;
    }
    fleet.heal();
    check(fleet);
  } catch (error) {
    fleet.violations.push(String((error as Error).stack));
    if (verbose) for (const phone of fleet.phones) book.log.push(`${phone.name} ${JSON.stringify(phone.device?.queue())} ${JSON.stringify(phone.device?.log())}`);
  }
  if (verbose && fleet.violations.length > 0) console.log(book.log.join('\n'));
  return fleet.violations.slice(0, 6);
}

function check(fleet: Fleet): void {
  for (const phone of fleet.phones) {
    const status = phone.device!.status() as Status;
    if (!status.synced) fleet.violations.push(`${phone.name} is not synced: ${JSON.stringify({ ...status, cursor: '' })} ${JSON.stringify(phone.device!.queue())}`);
  }
  const rows = fleet.phones.map((phone) => JSON.stringify(phone.device!.digest()));
  if (new Set(rows.map((r) => JSON.stringify(JSON.parse(r).types))).size > 1) fleet.violations.push(`digests differ: ${rows.join('\n')}`);
  for (const name of fleet.registry.types.keys()) {
    const seen = fleet.phones.map((phone) => JSON.stringify((phone.device!.query({ entityType: name }) as VisibleRow[]).map((row) => [row.entityId, row.version, sorted(row.data)])));
    if (new Set(seen).size > 1) fleet.violations.push(`${name} differs:\n${seen.join('\n')}`);
    const server = fleet.store.read(() => [...fleet.store.user('ana' as never).liveRows(name)].map((row) => [row.entityId, row.version, sorted(JSON.parse(row.dataJson!))]));
    if (name !== 'catalogued' && JSON.stringify(server) !== seen[0]) fleet.violations.push(`${name} differs from the server:\n${JSON.stringify(server)}\n${seen[0]}`);
  }
  for (const [id, count] of fleet.store.read(() => [...fleet.store.user('ana' as never).effects()])) {
    if (count > 1) fleet.violations.push(`change ${id} took effect ${count} times`);
  }
}

function sorted(data: object): object {
  return Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('random orders of events', () => {
  it('keep every device and the server on one state', () => {
    void gurasRegistry;
    const failed: string[] = [];
    for (let seed = from; seed < from + runs; seed += 1) {
      const violations = run(seed);
      if (violations.length > 0) failed.push(`seed ${seed}: ${violations.join('\n  ').slice(0, 3000)}`);
      if (failed.length >= 5) break;
    }
    expect(failed).toEqual([]);
  }, 120_000);
});
