import { expect, test } from 'vitest';
import { brandId, type UserId } from '../../../src/core/ids.ts';
import { LiveConnection, type LiveSocket } from '../../../src/server/live/live-connection.ts';

const guest = { user: brandId<UserId>('ana'), deviceId: null, expiresMs: null, wantsBeats: true };

/** A socket that keeps what it is given, and says that it has left when it is told to. */
function socketOf() {
  const sent: string[] = [];
  const pending: (() => void)[] = [];
  let pings = 0;
  const socket: LiveSocket = {
    send: (text, written) => {
      sent.push(text);
      pending.push(written);
    },
    ping: () => {
      pings += 1;
    },
    close: () => undefined,
    destroy: () => undefined,
  };
  return { socket, sent, leave: () => pending.shift()?.(), pings: () => pings };
}

test('one message is on its way and one is owed, however many come', () => {
  const { socket, sent, leave } = socketOf();
  const connection = new LiveConnection(socket, guest);
  for (let at = 0; at < 10_000; at++) connection.say(`hint ${at}`);
  expect(sent).toEqual(['hint 0']);
  leave();
  expect(sent).toEqual(['hint 0', 'hint 9999']);
  leave();
  connection.say('later');
  expect(sent).toEqual(['hint 0', 'hint 9999', 'later']);
});

test('a heartbeat takes the place of no hint, and too many without an answer are the end', () => {
  const { socket, sent, leave, pings } = socketOf();
  const connection = new LiveConnection(socket, guest);
  connection.say('hint 1');
  connection.say('hint 2');
  expect([connection.beat(2), connection.beat(2), connection.beat(2), pings()]).toEqual([true, true, false, 2]);
  leave();
  expect(sent).toEqual(['hint 1', 'hint 2']);
  connection.answered();
  leave();
  expect([connection.beat(2), sent.at(-1)]).toEqual([true, '{"type":"beat"}']);
});
