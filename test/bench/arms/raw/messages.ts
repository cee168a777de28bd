import type { Change, PullAnswer, PushAnswer, ServerRow } from '../../../../src/core/protocol/messages.ts';
import { entityType } from '../../workload.ts';

/** A change as raw sends it: the protocol's own bytes. */
export type RawChange = Pick<
  Change,
  'entityType' | 'entityId' | 'action' | 'baseVersion' | 'data' | 'timestamp' | 'seq'
> & { readonly id: string; readonly stamps: Readonly<Record<string, string>> };

/** A row as raw receives it. */
export type RawRow = Pick<ServerRow, 'entityType' | 'entityId' | 'version' | 'data'>;

/** The answers raw reads, with only the parts it uses. */
export type RawPullAnswer = Pick<PullAnswer, 'hasMore'> & { readonly cursor: string; readonly changes: RawRow[] };
export type RawPushAnswer = Pick<PushAnswer, 'serverTime'> & {
  readonly epoch: string;
  readonly results: readonly { readonly id: string; readonly status: string; readonly version?: number }[];
};

/** Changes in one push, rows in one page: the product's defaults. */
export const batchCount = 1_000;

/** An id of the length a device id has in the product. */
export const deviceIdOf = (name: string): string => `01900000-0000-7000-8000-${name.padStart(12, '0')}`;

/** A change with constant stamps: nothing is computed for them, their bytes travel all the same. */
export function changeOf(change: {
  readonly id: string;
  readonly seq: number;
  readonly entityId: string;
  readonly baseVersion: number | null;
  readonly data: object;
  readonly deviceId: string;
}): RawChange {
  const stamp = `1767247200000-0000-${change.deviceId}`;
  return {
    id: change.id,
    seq: change.seq,
    entityType,
    entityId: change.entityId,
    action: change.baseVersion === null ? 'CREATE' : 'UPDATE',
    baseVersion: change.baseVersion,
    data: change.data as RawChange['data'],
    stamps: Object.fromEntries(Object.keys(change.data).map((field) => [field, stamp])),
    timestamp: 1_767_247_200_000,
  };
}

/** The body of a push of the protocol. `registered` is true once the device has had an answer. */
export function pushBody(options: {
  readonly deviceId: string;
  readonly registered: boolean;
  readonly epoch: string | null;
  readonly changes: readonly RawChange[];
}): string {
  const incarnation = `${options.deviceId.slice(0, -12)}aaaaaaaaaaaa`;
  return JSON.stringify({ ...options, incarnation, previousIncarnations: options.registered ? [incarnation] : [] });
}

/** The body of a pull of the protocol. */
export function pullBody(options: {
  readonly deviceId: string;
  readonly registered: boolean;
  readonly cursor: string | null;
}): string {
  return JSON.stringify({ ...options, limit: batchCount, unsettled: [] });
}
