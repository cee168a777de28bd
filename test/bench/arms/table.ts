import type { ArmName } from './arm.ts';

/** Where an arm's code lies, relative to test/bench. Peers load from the package of the peers. */
export interface ArmFiles {
  readonly client: string;
  readonly server: string;
  readonly isPeer: boolean;
}

/** Every arm, in the order in which a repetition runs them. */
export const arms: Readonly<Record<ArmName, ArmFiles>> = {
  raw: { client: 'arms/raw/client.ts', server: 'arms/raw/server.ts', isPeer: false },
  ours: { client: 'arms/ours/client.ts', server: 'arms/ours/server.ts', isPeer: false },
  pouchdb: { client: 'peers/pouchdb/client.mjs', server: 'peers/pouchdb/server.mjs', isPeer: true },
  // It brings no server: its sync functions are written by the app. Ours here talk to the raw server.
  watermelondb: { client: 'peers/watermelondb/as-shipped.mjs', server: 'arms/raw/server.ts', isPeer: true },
  'watermelondb-wal': { client: 'peers/watermelondb/wal.mjs', server: 'arms/raw/server.ts', isPeer: true },
};
