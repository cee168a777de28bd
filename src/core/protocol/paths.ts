/** The calls of the protocol by their name in code, with method and path. */
export const calls = {
  pull: { method: 'POST', path: '/api/sync/changes' },
  push: { method: 'POST', path: '/api/sync/sync' },
  resolve: { method: 'POST', path: '/api/sync/resolve-conflict' },
  digest: { method: 'POST', path: '/api/sync/digest' },
  history: { method: 'GET', path: '/api/sync/history' },
  devices: { method: 'GET', path: '/api/sync/devices' },
} as const;

/** Name of a call: the word for it in scenarios, faults, reports and code. */
export type CallName = keyof typeof calls;

/** Where a device opens the WebSocket that tells it of changes. */
export const livePath = '/api/sync/live';
