// Adapters that run anywhere: what differs between platforms is handed in.
export { type ClockParts, clockFrom } from './clock.ts';
export { type ManualConnectivity, manualConnectivity } from './connectivity-manual.ts';
export type { KeyValueStore } from './key-value-store.ts';
export { type LiveMessage, liveMessage } from './live-message.ts';
export { type PlatformLiveOptions, type PlatformSocket, platformLive } from './live-web-socket.ts';
export { pullAhead } from './pull-ahead.ts';
export { randomFrom } from './random.ts';
export { KeyValueStorage, type KeyValueStorageOptions, openKeyValueStorage } from './storage-key-value.ts';
export { MemoryStorage, type MemoryStorageOptions, openMemoryStorage, type StorageImage } from './storage-memory.ts';
export { fixedToken } from './token-fixed.ts';
export { type NewToken, type RenewedTokenParts, renewedToken } from './token-renewed.ts';
export { type FetchAnswer, type FetchOptions, type FetchRequest, fetchTransport } from './transport-fetch.ts';
