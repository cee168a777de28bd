/** The reference server: decisions that run on any store, the SQLite store, and the server over HTTP. */
export type { AuthOptions } from './auth/authenticator.ts';
export type { Beyond, FaultDesk } from './http/fault-desk.ts';
export type { WholeAnswer, WholeRequest } from './http/whole-message.ts';
export { type Seed, SeedError, type SeedRow, seedStore } from './seed.ts';
export { type AsyncSetup, makeServeAsync, type ServeAsync } from './serve-async.ts';
export { makeServeSync, type ServerAnswer, type ServerCall, type ServerSetup, type ServeSync } from './serve-sync.ts';
export { type RunningServer, type ServerOptions, startServer } from './start-server.ts';
export { type AsyncStore, StoreUnavailable } from './store/async-store.ts';
export type { Changes } from './store/changes.ts';
export { openStore, type StoreOptions } from './store/open-store.ts';
export { type SqliteOptions, SqliteStore } from './store/sqlite.ts';
export type { ServerStore, UserView } from './store/store.ts';
export { StoreError } from './store/store-error.ts';
export { SyncStore } from './store/sync-store.ts';
export { drawEpoch, purgeStore, raiseEpoch } from './upkeep.ts';
