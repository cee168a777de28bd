import { beforeAll } from 'vitest';
import { brandId, type Epoch } from '../../../src/core/ids.ts';
import { PostgresStore } from '../../../src/server/store/postgres.ts';
import { serverStoreSuite } from '../../contract/server-store-suite.ts';
import { emptied, ownDatabase } from '../../postgres/own-database.ts';

const epoch = brandId<Epoch>('e1');
let url: string;

beforeAll(async () => {
  url = await ownDatabase();
}, 60_000);

serverStoreSuite('PostgreSQL', async () => {
  await emptied(url);
  return PostgresStore.open({ url, epoch });
});
