/**
 * Memory of a server with idle live connections: `npm run bench:live -- --connections 5000`. The server is the built tool in
 * a process of its own; the clients are bare sockets, so that their memory is not in the way. Ends with 1 above the goal.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const goalMiB = 300;
const { values } = parseArgs({
  options: { connections: { type: 'string', default: '5000' }, seconds: { type: 'string', default: '45' } },
});
const wanted = Number(values.connections);
const idleMs = Number(values.seconds) * 1_000;

const tool = fileURLToPath(new URL('../../bin/guras-sync', import.meta.url));
const server = spawn(tool, ['serve', '--port', '0', '--log-level', 'error'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise<string>((resolve) => {
  server.stdout.once('data', (chunk: Buffer) => resolve(String(chunk).trim()));
});
const port = Number(new URL(url).port);

/** Memory of the server's process, MiB. */
function residentMiB(): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'latin1'));
  return Math.round(Number(line?.[1]) / 1_024);
}

const heads: Socket[] = [];
let hellos = 0;
let hints = 0;

/** Opens one connection and resolves at its hello. Heartbeats are answered as the protocol demands. */
function open(user: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `GET /api/sync/live HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${user}\r\nx-device-id: ${user}\r\nconnection: upgrade\r\n` +
          'upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
    });
    heads.push(socket);
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      if (text.includes('"hello"')) {
        hellos += 1;
        resolve();
      }
      if (text.includes('"changed"')) hints += 1;
      // A ping without content: 89 00. The pong of a client is masked: 8a 80 and four bytes of mask.
      if (chunk.includes(Buffer.from([0x89, 0x00]))) socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
    });
  });
}

const before = residentMiB();
const beganAt = performance.now();
for (let at = 0; at < wanted; at += 50) {
  const round = Array.from({ length: Math.min(50, wanted - at) }, (_, i) => open(`user-${at + i}`));
  await Promise.all(round);
}
const openedMs = performance.now() - beganAt;
const opened = residentMiB();
await delay(idleMs);
const idle = residentMiB();

/** A write of one user, of which exactly one connection must hear. */
const data = {
  sessionId: 's',
  startedAt: '2026-03-01T06:30:00Z',
  completedAt: '2026-03-01T06:42:00Z',
  durationSec: 720,
};
const stamps = Object.fromEntries(Object.keys(data).map((field) => [field, '1800000000000-0000-other']));
const row = { entityType: 'meditation', entityId: 's1', action: 'CREATE', baseVersion: null, data, stamps };
const sender = { deviceId: 'other', registered: false, incarnation: 'i', previousIncarnations: [], epoch: null };
await fetch(`${url}/api/sync/sync`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer user-7' },
  body: JSON.stringify({ ...sender, changes: [{ id: 'c1', seq: 1, timestamp: 1, ...row }] }),
});
await delay(1_000);
const perConnectionKiB = Math.round(((idle - before) * 1_024) / wanted);
const result = {
  connections: hellos,
  openedMs: Math.round(openedMs),
  beforeMiB: before,
  openedMiB: opened,
  idleMiB: idle,
};
process.stdout.write(`${JSON.stringify({ ...result, perConnectionKiB, goalMiB, hintsOfOneWrite: hints })}\n`);
for (const socket of heads) socket.destroy();
server.kill('SIGTERM');
process.exitCode = idle <= goalMiB && hellos === wanted && hints === 1 ? 0 : 1;
