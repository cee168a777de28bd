import { Client, type ClientConfig, Pool, type PoolClient, types } from 'pg';

/** Connections of the driver of PostgreSQL, alone and in a pool. Loaded only where one is used. */
export { Client, type ClientConfig, Pool, type PoolClient };

/** Whole numbers of 64 bits come as numbers: all of ours are far below 2^53. Everything else as the driver has it. */
export const parsers: NonNullable<ClientConfig['types']> = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};
