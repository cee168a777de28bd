import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { Clock } from '../ports/clock.ts';
import { frameText, splitFrames } from './web-socket-frames.ts';

/** What a connection that has changed its protocol travels on. */
export interface UpgradeLine {
  readonly clock: Pick<Clock, 'after'>;
  /** Delay of each message, ms of the story's clock. */
  latencyMs(): number;
  /** Whether nothing passes now, without a word. */
  isSilent(): boolean;
  /** Whether a hint that is sent now is lost. */
  losesHint(): boolean;
}

/** One live connection through the proxy. */
export interface ProxiedUpgrade {
  /** Resets it on the device's side; the server is left to find out. */
  reset(): void;
  /** Ends both sides. */
  close(): void;
}

/**
 * Passes a request to change the protocol to the server at `url`, and then what both sides say, whole frame by whole frame
 * towards the device. `onEnd` is called when it is over.
 */
export function passUpgrade(
  { request, device, head }: { readonly request: IncomingMessage; readonly device: Socket; readonly head: Buffer },
  { url, line, onEnd }: { readonly url: URL; readonly line: UpgradeLine; readonly onEnd: () => void },
): ProxiedUpgrade {
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port === '' ? (isSecure ? 443 : 80) : url.port);
  const server: Socket = isSecure
    ? connectSecurely({ host: url.hostname, port, servername: url.hostname })
    : connect(port, url.hostname);
  const close = (): void => {
    device.destroy();
    server.destroy();
  };
  for (const socket of [device, server]) {
    socket.setNoDelay(true);
    socket.on('error', close);
    socket.on('close', () => {
      close();
      onEnd();
    });
  }
  server.write(headOf(request, url));
  if (head.length > 0) server.write(head);
  const toServer = inOrder(line, (chunk) => server.write(chunk));
  const toDevice = inOrder(line, (chunk) => device.write(chunk));
  device.on('data', toServer);
  server.on('data', framewise(line, toDevice));
  return { close, reset: () => device.resetAndDestroy() };
}

/** The request's head as it goes on: to this server, on this path, otherwise as it came. */
function headOf({ method = 'GET', url: target = '/', rawHeaders }: IncomingMessage, url: URL): string {
  const lines = [`${method} ${url.pathname.replace(/\/+$/, '')}${target} HTTP/1.1`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = String(rawHeaders[at]);
    lines.push(`${name}: ${name.toLowerCase() === 'host' ? url.host : rawHeaders[at + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Passes chunks on after the line's delay, in their order; what is on its way while the line is silent is lost. */
function inOrder(line: UpgradeLine, pass: (chunk: Buffer) => void): (chunk: Buffer) => void {
  let tail: Promise<void> | null = null;
  const arrive = (chunk: Buffer): void => {
    if (!line.isSilent()) pass(chunk);
  };
  return (chunk) => {
    const delayMs = line.latencyMs();
    if (delayMs === 0 && tail === null) {
      arrive(chunk);
      return;
    }
    const way = new Promise<void>((resolve) => {
      line.clock.after(delayMs, resolve);
    });
    const next: Promise<void> = Promise.all([tail, way]).then(() => {
      if (tail === next) tail = null;
      arrive(chunk);
    });
    tail = next;
  };
}

/** Passes the head of the answer as it is, and behind it whole frames, without the hints that are lost. */
function framewise(line: UpgradeLine, pass: (chunk: Buffer) => void): (chunk: Buffer) => void {
  let isHead = true;
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    if (isHead) {
      const end = held.indexOf('\r\n\r\n');
      if (end < 0) return;
      pass(held.subarray(0, end + 4));
      held = held.subarray(end + 4);
      isHead = false;
    }
    const { frames, rest } = splitFrames(held);
    held = rest;
    for (const frame of frames) if (!isHint(frame) || !line.losesHint()) pass(frame);
  };
}

function isHint(frame: Buffer): boolean {
  return frameText(frame)?.includes('"changed"') === true;
}
