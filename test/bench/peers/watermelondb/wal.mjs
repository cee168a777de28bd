import { makeArm } from './client.mjs';

/** WatermelonDB with SQLite in WAL mode and the durability of the other arms. */
export const arm = makeArm({ wal: true });
