import { makeArm } from './client.mjs';

/** WatermelonDB as its Node adapter comes. */
export const arm = makeArm({ wal: false });
