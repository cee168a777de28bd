import { pino } from 'pino';
import { gurasRegistry } from '../core/model/entities/registry.ts';
import type { AuthOptions } from '../server/auth/authenticator.ts';
import type { Flavour } from '../server/http/app.ts';
import { SeedError } from '../server/seed.ts';
import { type RunningServer, startServer } from '../server/start-server.ts';
import type { StoreOptions } from '../server/store/open-store.ts';
import { StoreError } from '../server/store/store-error.ts';
import { usageError, worldError } from './exit.ts';
import type { OperationsWanted } from './operation-options.ts';
import { seedOf } from './seed-data.ts';
import { type FaultsWanted, openFaults } from './serve-faults.ts';
import type { TextSink } from './terminal.ts';

/** What `serve` was asked for. */
export interface ServerWanted {
  readonly port: number;
  readonly host: string;
  readonly store: StoreOptions;
  readonly auth: AuthOptions;
  readonly seedData: readonly string[];
  /** Null leaves the fault interface out. */
  readonly faults: FaultsWanted | null;
  readonly flavour: Flavour;
  readonly logLevel: string;
  readonly operations: OperationsWanted;
}

/** Starts the server; its log goes to `log`, one line of JSON per entry. */
export async function runServer(wanted: ServerWanted, log: TextSink): Promise<RunningServer> {
  const { port, host, store, auth, logLevel } = wanted;
  const faults = wanted.faults === null ? null : openFaults(wanted.faults);
  const seed = seedOf(wanted.seedData);
  try {
    return await startServer({
      store,
      registry: gurasRegistry,
      port,
      host,
      auth,
      flavour: wanted.flavour,
      ...(faults === null ? {} : { faults }),
      ...(wanted.faults?.snapshots == null ? {} : { snapshotFolder: wanted.faults.snapshots }),
      logger: pino({ level: logLevel }, log),
      ...(seed === null ? {} : { seed }),
      ...wanted.operations,
    });
  } catch (error) {
    if (error instanceof StoreError) throw worldError(error.message);
    if (error instanceof SeedError) throw usageError(error.message, 'correct the fixture named by --seed-data');
    throw error;
  }
}
