import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Follows every connection of a server; gives what cuts all of them off. Node's own `closeAllConnections` knows none that asked
 * for another protocol, and one of these would hold up the end for ever.
 */
export function followConnections(app: FastifyInstance): () => void {
  const open = new Set<Socket>();
  app.server.on('connection', (connection: Socket) => {
    open.add(connection);
    connection.once('close', () => open.delete(connection));
  });
  return () => {
    for (const connection of open) connection.destroy();
  };
}
