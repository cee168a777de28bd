import type { FastifyInstance } from 'fastify';
import { brandId, type EntityKey, type UserId } from '../../core/ids.ts';
import type { Registry } from '../../core/model/registry.ts';
import type { JsonObject } from '../../lib/json.ts';
import { digestOf } from '../decide/digest.ts';
import { dataOf } from '../decide/row-text.ts';
import type { AsyncStore } from '../store/async-store.ts';
import type { UserReads } from '../store/store.ts';

/** What is read. */
export interface FaultReadsReach {
  readonly store: AsyncStore;
  readonly registry: Registry;
}

const everyRow = { limit: Number.MAX_SAFE_INTEGER, bytesMax: Number.MAX_SAFE_INTEGER };

/**
 * Adds what tests read beside the network: `GET /fault/users/NAME` gives `{ counter, rows, verdicts, effects, digest }`, where
 * `rows` has each live row with its part of the catalogue, and `effects` how many lines of the history each change left;
 * `GET /fault/users/NAME/history/TYPE/ID` the versions of a row, oldest first.
 */
export function addFaultReads(app: FastifyInstance, { store, registry }: FaultReadsReach): void {
  const read = <T>(user: string, look: (view: UserReads) => T): Promise<T> =>
    store.transact({ user: brandId<UserId>(user), access: 'read' }, ({ view }) => ({ value: look(view), writes: [] }));
  app.get<{ Params: { user: string } }>('/fault/users/:user', async ({ params }, reply) =>
    reply.send(await read(params.user, (view) => userIn(view, registry))),
  );
  app.get<{ Params: { user: string; type: string; id: string } }>(
    '/fault/users/:user/history/:type/:id',
    async ({ params: { user, type, id } }, reply) =>
      reply.send(await read(user, (view) => historyIn(view, { entityType: type, entityId: id }))),
  );
}

function userIn(view: UserReads, registry: Registry): object {
  const verdicts = view
    .verdicts()
    .map(({ id, kind, status, version, problem }) => ({ id, kind, status, version, code: problem?.code ?? null }));
  return {
    counter: view.user().counter,
    rows: [...registry.types.keys()].flatMap((type) => rowsIn(view, type)),
    verdicts,
    effects: Object.fromEntries(view.effects()),
    digest: Object.fromEntries([...registry.types.keys()].map((type) => [type, digestOf(view, type)])),
  };
}

/** The user's own rows, and rows of the catalogue that they have no part in. */
function rowsIn(view: UserReads, type: string): readonly object[] {
  const own = [...view.liveRows(type)];
  const known = new Set(own.map(({ entityId }) => entityId));
  const shared = view
    .cataloguePage([{ entityType: type, after: 0 }], everyRow)
    .rows.filter(({ entityId, deleted }) => !deleted && !known.has(entityId));
  return [
    ...own.map((row) => ({ ...headOf(row), data: dataOf(row), catalogue: dataOf(view.catalogueRow(row)) })),
    ...shared.map((row) => ({ ...headOf(row), data: {}, catalogue: dataOf(row) })),
  ];
}

function headOf({ entityType, entityId, version }: EntityKey & { readonly version: number }): object {
  return { entityType, entityId, version };
}

function historyIn(view: UserReads, key: EntityKey): readonly object[] {
  const objectOf = (json: string | null): JsonObject | null =>
    json === null ? null : (JSON.parse(json) as JsonObject);
  return view.history(key).map(({ version, deleted, dataJson, lostJson, origin: { changeId } }) => {
    return { version, deleted, changeId, data: objectOf(dataJson), lost: objectOf(lostJson) };
  });
}
