// The package's portable entry: the engine of a device and everything its data is declared with. It runs in React
// Native as it is; storage, transport and clocks come from `guras-sync/adapters` or `guras-sync/node`.
export type { ChangeId, DeviceId, EntityKey, UserId } from './core/ids.ts';
export { brandId } from './core/ids.ts';
export { defaultLimits, type Limits } from './core/limits.ts';
export type { Choice, Conflict, DisputedField } from './core/merge/conflict.ts';
export { counterField, deviceField, entityType, serverField, userField } from './core/model/declare.ts';
export { type ShownCounts, shownCounts } from './core/model/entities/quotes.ts';
export { gurasRegistry } from './core/model/entities/registry.ts';
export type { Clash, Field, FieldOwner, MergeRule, Ruling, Unit } from './core/model/field.ts';
export {
  type DeletePolicy,
  type EntityType,
  makeRegistry,
  type Reference,
  type Registry,
} from './core/model/registry.ts';
export type { Problem } from './core/protocol/messages.ts';
export { calls, livePath } from './core/protocol/paths.ts';
export type { Item, ItemError, ItemState } from './core/queue/item.ts';
export type { DevicePhase, Status, SyncStatus, VisibleRow, Why } from './core/sync/status.ts';
export type { AsideRow, LogEntry } from './core/sync/tables.ts';
export type { Device, Edit, LocalDigest, Query, SyncOutcome, WriteOutcome } from './engine/device.ts';
export { initDevice, type NewDevice } from './engine/init-device.ts';
export { type DeviceParts, openDevice } from './engine/open-device.ts';
export type { Json, JsonObject } from './lib/json.ts';
export type { Clock, Timer } from './ports/clock.ts';
export type { Connectivity } from './ports/connectivity.ts';
export type { LiveEnd, LiveEvents, LiveFeed } from './ports/live.ts';
export type { Notice, Observation, Observer } from './ports/observer.ts';
export type { Random } from './ports/random.ts';
export { type Awaitable, type Storage, StorageError, type StorageFailure } from './ports/storage.ts';
export type { Call, CallOutcome, TokenSource, Transport } from './ports/transport.ts';
