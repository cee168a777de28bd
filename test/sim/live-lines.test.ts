import { beforeEach, expect, test } from 'vitest';
import { brandId, type Epoch, type UserId } from '../../src/core/ids.ts';
import { LiveHub } from '../../src/server/live/live-hub.ts';
import { LocalChanges } from '../../src/server/store/changes.ts';
import { Agenda } from '../../src/sim/agenda.ts';
import { drain } from '../../src/sim/drain.ts';
import { LiveLines } from '../../src/sim/live-lines.ts';
import { PlanBoard } from '../../src/sim/plan-board.ts';
import { Teller } from '../../src/stage/teller.ts';

const ana = brandId<UserId>('ana');
let agenda: Agenda;
let board: PlanBoard;
let changes: LocalChanges;
let hub: LiveHub;
let isRunning: boolean;
let online: boolean;
let alive: boolean;
let lines: LiveLines;
let told: string[];

beforeEach(() => {
  [agenda, board, changes, told] = [new Agenda(), new PlanBoard(), new LocalChanges(), []];
  [isRunning, online, alive] = [true, true, true];
  hub = new LiveHub({
    changes,
    epoch: async () => brandId<Epoch>('e1'),
    time: {
      wallMs: () => agenda.nowMs,
      monoMs: () => agenda.nowMs,
      after: (delayMs, callback) => agenda.after(delayMs, 'server', callback).cancel,
    },
  });
  lines = new LiveLines({
    agenda,
    board,
    teller: new Teller(
      () => undefined,
      () => agenda.nowMs,
    ),
    delayMs: () => 20,
    hub: () => (isRunning ? hub : null),
  });
});

function open(): { close(): void } {
  const feed = lines.feedOf({
    device: 'phone',
    user: 'ana',
    requestTimeoutMs: 30_000,
    isAlive: () => alive,
    isOnline: () => online,
    callName: (id) => id,
  });
  const tell = (what: string): void => void told.push(`${agenda.nowMs} ${what}`);
  return feed.open('phone', {
    hello: (heartbeatMs) => tell(`hello ${heartbeatMs}`),
    changed: () => tell('changed'),
    beat: () => tell('beat'),
    closed: ({ kind }) => tell(kind),
  });
}

async function live(ms: number): Promise<void> {
  const untilMs = agenda.nowMs + ms;
  await drain();
  for (let next = agenda.nextAtMs(); next !== null && next <= untilMs; next = agenda.nextAtMs()) {
    agenda.step();
    await drain();
  }
  agenda.skip(untilMs - agenda.nowMs);
}

test('greeting, hints and heartbeats come over the line, each after its delay', async () => {
  open();
  await live(1_000);
  changes.tell(ana);
  changes.tell(ana);
  changes.tell(brandId<UserId>('bea'));
  await live(60_000);
  expect(told.slice(0, 2)).toEqual(['40 hello 30000', '1070 changed']);
  expect(told.slice(2).map((text) => text.split(' ')[1])).toEqual(['beat', 'beat']);
  expect(hub.count).toBe(1);
});

test('a hint that a fault strikes is lost, and the next one comes', async () => {
  open();
  await live(100);
  board.arm({ fault: 'lose-hint' }, {});
  changes.tell(ana);
  await live(1_000);
  changes.tell(ana);
  await live(1_000);
  expect(told).toEqual(['40 hello 30000', '1170 changed']);
});

test('a silent line brings nothing, and the server lets the connection go after two heartbeats', async () => {
  open();
  await live(100);
  board.partition(['phone']);
  changes.tell(ana);
  await live(120_000);
  expect([told, hub.count]).toEqual([['40 hello 30000'], 0]);
});

test('a device sees its line end at once; without a line, or a server, there is no connection', async () => {
  open();
  await live(100);
  online = false;
  lines.setOnline('phone', false);
  await live(10);
  open();
  await live(10);
  online = true;
  isRunning = false;
  open();
  await live(100);
  expect(told).toEqual(['40 hello 30000', '100 lost', '110 lost', '160 lost']);
});

test('a server that goes ends its connections; a killed device leaves its own', async () => {
  open();
  await live(100);
  void hub.close();
  await live(100);
  expect([told, hub.count]).toEqual([['40 hello 30000', '120 lost'], 0]);
});

test('a device that hangs up, or is killed, hears nothing more, and the server knows', async () => {
  const { close } = open();
  await live(100);
  close();
  await live(100);
  expect(hub.count).toBe(0);
  open();
  await live(100);
  alive = false;
  lines.forget('phone');
  changes.tell(ana);
  await live(100);
  expect([told, hub.count]).toEqual([['40 hello 30000', '240 hello 30000'], 0]);
});
