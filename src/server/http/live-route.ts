import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { livePath } from '../../core/protocol/paths.ts';
import type { Identity } from '../auth/identity.ts';
import { refuse } from '../decide/refusal.ts';
import type { LiveGuest, LiveSocket } from '../live/live-connection.ts';
import type { LiveHub } from '../live/live-hub.ts';
import { RequestRefused } from './request-refused.ts';
import type { SyncReach } from './sync-routes.ts';
import { userIn } from './user-in.ts';

/** What the live address is answered with. */
export interface LiveReach extends Pick<SyncReach, 'authenticate' | 'clock' | 'limiter'> {
  readonly hub: LiveHub;
}

/** Adds the live address. Who the user is, and whether there is room, is settled before the upgrade, by ordinary answers. */
export async function addLiveRoute(app: FastifyInstance, reach: LiveReach): Promise<void> {
  const { hub } = reach;
  const options = { maxPayload: hub.limits.messageBytes, perMessageDeflate: false, clientTracking: false };
  await app.register(websocket, { options, preClose: (done: () => void) => void hub.close().then(done, done) });
  const guests = new WeakMap<FastifyRequest, LiveGuest>();
  app.route({
    method: 'GET',
    url: livePath,
    onRequest: async (request, reply) => {
      await reach.limiter.checkAddress(request);
      const identity = await reach.authenticate(request.headers.authorization, reach.clock.now());
      const guest = guestOf(request, identity);
      await reach.limiter.checkUser(request, guest.user);
      const refused = hub.refusal(guest.user, guest.deviceId);
      if (refused !== null) throw new RequestRefused(refused, { headers: { 'retry-after': retryAfter(hub) } });
      guests.set(request, guest);
      // What the log and the metrics show of an upgrade; any other answer sets its own status.
      if (request.ws) reply.code(101);
    },
    handler: async () => {
      throw new RequestRefused(refuse('invalid_request', 'This address opens a WebSocket.'), {
        headers: { upgrade: 'websocket' },
      });
    },
    wsHandler: (socket, request) => {
      const guest = guests.get(request);
      if (guest === undefined) socket.terminate();
      else take(hub, socket, guest);
    },
  });
}

function guestOf(request: FastifyRequest, identity: Identity): LiveGuest {
  const user = userIn(identity);
  const deviceId = request.headers['x-device-id'];
  const { beat } = request.query as { readonly beat?: unknown };
  return {
    user,
    deviceId: typeof deviceId === 'string' && deviceId !== '' ? deviceId.slice(0, 128) : null,
    expiresMs: identity.kind === 'user' ? identity.expiresMs : null,
    wantsBeats: beat === 'message',
  };
}

function take(hub: LiveHub, socket: WebSocket, guest: LiveGuest): void {
  const isOpen = (): boolean => socket.readyState === socket.OPEN;
  const end: LiveSocket = {
    send(text, written) {
      if (isOpen()) socket.send(text, (error) => error ?? written());
    },
    ping() {
      if (isOpen()) socket.ping();
    },
    close: (code, reason) => socket.close(code, reason),
    destroy: () => socket.terminate(),
  };
  const { answered, gone } = hub.open(end, guest);
  socket.on('pong', answered);
  socket.on('close', gone);
  // What broke ends the connection, and the end is all that matters.
  socket.on('error', () => undefined);
}

function retryAfter({ limits }: LiveHub): string {
  return String(Math.ceil(limits.heartbeatMs / 1_000));
}
