// The package's entry for Node: a device's file on SQLite, the transport over undici, the machine's clock and entropy.
export { afterWrites } from './adapters/node/after-writes.ts';
export { nodeClock } from './adapters/node/clock.ts';
export { type WebSocketLiveOptions, webSocketLive } from './adapters/node/live-web-socket.ts';
export { nodeRandom } from './adapters/node/random.ts';
export { openSqliteStorage, SqliteStorage, type SqliteStorageOptions } from './adapters/node/storage-sqlite.ts';
export { commandToken } from './adapters/node/token-command.ts';
export { environmentToken } from './adapters/node/token-environment.ts';
export { fileToken } from './adapters/node/token-file.ts';
export { type FirebaseTokenOptions, firebaseToken } from './adapters/node/token-firebase.ts';
export { issuerToken } from './adapters/node/token-issuer.ts';
export { type HttpOptions, httpTransport } from './adapters/node/transport-http.ts';
