import type { EntityKey } from '../../core/ids.ts';
import { naturalKeyOf, type Registry } from '../../core/model/registry.ts';
import type { JsonObject } from '../../lib/json.ts';
import { isRecord } from './change-shape.ts';
import { isDeeperThan } from './json-depth.ts';
import { parentsOf } from './references.ts';

/** The keys that a decision will look up, as far as the request tells. For stores that fetch them together beforehand. */
export interface Needs {
  readonly devices: readonly string[];
  readonly rows: readonly EntityKey[];
  readonly catalogueRows: readonly EntityKey[];
  readonly verdicts: readonly string[];
  readonly places: readonly { readonly deviceId: string; readonly seq: number }[];
  readonly naturalKeys: readonly { readonly entityType: string; readonly naturalKey: string }[];
}

/**
 * What a push or resolve will look up: the sender, the ids it names, the rows it changes, those it refers to, and the natural
 * keys it claims. Left to a second look: the key of a row that an update changes only in part, rows that hold a taken
 * key, and whether an absent parent ever existed. Takes any JSON; what is not well formed needs nothing.
 */
export function needsOf(registry: Registry, body: unknown): Needs {
  const request = isRecord(body) ? body : {};
  const deviceId = typeof request.deviceId === 'string' ? request.deviceId : null;
  const listed = [request.changes, request.resolutions, request.unsettled].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  const items = listed.filter((item) => isRecord(item) && !isDeeperThan(item, 100)) as Readonly<
    Record<string, unknown>
  >[];
  const named = items.flatMap((item) => [
    item.id,
    item.changeId,
    ...(Array.isArray(item.dependsOn) ? item.dependsOn : []),
  ]);
  const keys = items.flatMap((item) => keysOf(registry, item));
  return {
    devices: deviceId === null ? [] : [deviceId],
    verdicts: [...new Set([...named, ...listed].filter((id) => typeof id === 'string'))],
    places: items.flatMap(({ seq }) =>
      deviceId === null || !Number.isSafeInteger(seq) ? [] : [{ deviceId, seq: seq as number }],
    ),
    rows: keys.filter(({ part }) => part === 'user'),
    catalogueRows: keys.filter(({ part }) => part === 'catalogue'),
    naturalKeys: items.flatMap((item) => claimsOf(registry, item)),
  };
}

interface PartKey extends EntityKey {
  readonly part: 'user' | 'catalogue';
}

function keysOf(
  registry: Registry,
  { entityType, entityId, data }: Readonly<Record<string, unknown>>,
): readonly PartKey[] {
  if (typeof entityType !== 'string' || typeof entityId !== 'string') return [];
  const own: PartKey[] = [{ entityType, entityId, part: 'user' }];
  const type = registry.types.get(entityType);
  if (type === undefined) return own;
  if (type.catalogue) own.push({ entityType, entityId, part: 'catalogue' });
  const parents = isRecord(data) ? parentsOf(type, data as JsonObject) : [];
  return [
    ...own,
    ...parents.map(({ parent }): PartKey => {
      const isShared = registry.types.get(parent.entityType)?.catalogue === true;
      return { ...parent, part: isShared ? 'catalogue' : 'user' };
    }),
  ];
}

function claimsOf(registry: Registry, { entityType, data }: Readonly<Record<string, unknown>>): Needs['naturalKeys'] {
  const type = typeof entityType === 'string' ? registry.types.get(entityType) : undefined;
  const naturalKey = type === undefined || !isRecord(data) ? null : naturalKeyOf(type, data as JsonObject);
  return type === undefined || naturalKey === null ? [] : [{ entityType: type.name, naturalKey }];
}
