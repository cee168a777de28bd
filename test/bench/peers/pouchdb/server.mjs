import { createServer } from 'node:http';
import { join } from 'node:path';
import express from 'express';
import expressPouchdb from 'express-pouchdb';
import PouchDB from 'pouchdb-node';
import { rowsOf, series } from '../../workload.ts';

const SEED_BATCH = 1_000;

/** A PouchDB server over HTTP, its databases in LevelDB. @type {import('../../arms/arm.ts').Serve} */
export async function serve({ folder, seedRows }) {
  const Stored = PouchDB.defaults({ prefix: join(folder, '/') });
  const app = express();
  app.use('/', expressPouchdb(Stored, { mode: 'minimumForPouchDB' }));
  const database = new Stored('bench');
  const docs = rowsOf(series.work, seedRows).map(({ id, data }) => ({ _id: id, ...data }));
  for (let start = 0; start < docs.length; start += SEED_BATCH) {
    const results = await database.bulkDocs(docs.slice(start, start + SEED_BATCH));
    if (!results.every((result) => result.ok)) throw new Error('the seed was not stored');
  }
  await database.info();
  const server = createServer(app);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}/bench`;
}
