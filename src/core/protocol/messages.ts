import * as z from 'zod/mini';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { ChangeId, Cursor, DeviceId, Epoch, Incarnation, Stamp } from '../ids.ts';

/** Version of the contract of `docs/protocol.md`, sent as `X-Protocol-Version`. */
export const protocolVersion = 1;

const text = z.string().check(z.minLength(1), z.maxLength(256));
const branded = <T extends string>() => text as unknown as z.ZodMiniType<T, T>;
const changeId = branded<ChangeId>();
const deviceId = z.string().check(z.regex(/^[A-Za-z0-9_.:-]{1,128}$/)) as unknown as z.ZodMiniType<DeviceId, DeviceId>;
const epoch = branded<Epoch>();
const incarnation = branded<Incarnation>();
const cursor = z.string().check(z.minLength(1), z.maxLength(8192)) as unknown as z.ZodMiniType<Cursor, Cursor>;
const whole = z.number().check(z.int(), z.minimum(0));
const version = whole;
const json = z.unknown() as unknown as z.ZodMiniType<Json, Json>;
const data = z.record(z.string(), json) as unknown as z.ZodMiniType<JsonObject, JsonObject>;

/** A hybrid-clock text: 13 digits of ms, 4 hex digits of counter, the device. */
const stampSchema = z
  .string()
  .check(z.regex(/^\d{13}-[0-9a-f]{4}-[A-Za-z0-9_.:-]{1,128}$/)) as unknown as z.ZodMiniType<Stamp, Stamp>;
const stamps = z.record(z.string(), stampSchema);
const increments = z.record(z.string(), z.number().check(z.int()));
const entity = { entityType: text, entityId: text };

/** One row of the server as a pull or a verdict carries it. */
export const rowSchema = z.object({
  ...entity,
  part: z.enum(['user', 'catalogue']),
  version,
  deleted: z.boolean(),
  data: z.nullable(data),
  stamps,
  fieldVersions: z.optional(z.record(z.string(), version)),
  updatedAt: whole,
  origin: z.object({ deviceId: z.string(), changeId: z.string() }),
});
export type ServerRow = z.infer<typeof rowSchema>;

/** What went wrong, for one change or for a whole request (RFC 9457 with a stable `code`). */
export const problemSchema = z.looseObject({
  code: z.string(),
  title: z.optional(z.string()),
  detail: z.optional(z.string()),
  status: z.optional(whole),
  /** The field that broke a rule. */
  field: z.optional(z.string()),
  /** The change that is to blame, when the problem names one. */
  changeId: z.optional(z.string()),
  /** The limit that was exceeded, in bytes (413). */
  limit: z.optional(whole),
});
export type Problem = z.infer<typeof problemSchema>;

/** One change of one row, as a device hands it over. */
export const changeSchema = z.object({
  id: changeId,
  seq: whole,
  ...entity,
  action: z.enum(['CREATE', 'UPDATE', 'DELETE']),
  baseVersion: z.nullable(version),
  data: z.nullable(data),
  increments: z.optional(increments),
  stamps,
  timestamp: whole,
  dependsOn: z.optional(z.array(changeId)),
  group: z.optional(text),
  groupSize: z.optional(whole),
});
export type Change = z.infer<typeof changeSchema>;

/** Verdicts that are stored with the id and never change. */
export const finalStatus = z.enum(['applied', 'conflict', 'rejected']);
export type FinalStatus = z.infer<typeof finalStatus>;

/** The server's answer to one change or resolution. */
export const resultSchema = z.object({
  id: changeId,
  status: z.enum(['applied', 'duplicate', 'conflict', 'rejected', 'retry']),
  first: z.optional(finalStatus),
  version: z.optional(version),
  /** Of a change that clashed, when it is told again: the version at which a decision about it took effect. */
  resolved: z.optional(version),
  row: z.optional(rowSchema),
  problem: z.optional(problemSchema),
});
export type Result = z.infer<typeof resultSchema>;

/** A person's or the merge's decision about a change that clashed, or its withdrawal. */
export const resolutionSchema = z.object({
  id: changeId,
  changeId,
  ...entity,
  againstVersion: version,
  outcome: z.enum(['local', 'server', 'merged', 'delete', 'withdraw']),
  data: z.nullable(data),
  increments: z.optional(increments),
  stamps,
  lost: z.optional(data),
});
export type Resolution = z.infer<typeof resolutionSchema>;

const sender = { deviceId, registered: z.boolean() };
const lives = { incarnation, previousIncarnations: z.array(incarnation) };

/** `POST /api/sync/changes` */
export const pullRequestSchema = z.object({
  ...sender,
  cursor: z.optional(z.nullable(cursor)),
  /** A time in ms in place of the cursor, for simple clients. */
  since: z.optional(whole),
  limit: z.optional(whole),
  entityTypes: z.optional(z.array(text)),
  unsettled: z.optional(z.array(changeId)),
});
export type PullRequest = z.infer<typeof pullRequestSchema>;

/** The answer to a pull: one page of rows, and verdicts on the ids asked for. */
export const pullAnswerSchema = z.object({
  epoch,
  cursor,
  hasMore: z.boolean(),
  serverTime: whole,
  changes: z.array(rowSchema),
  settled: z.array(resultSchema),
});
export type PullAnswer = z.infer<typeof pullAnswerSchema>;

/** `POST /api/sync/sync`. Changes are checked one by one, so that one bad item stops no other. */
export const pushRequestSchema = z.object({
  ...sender,
  ...lives,
  epoch: z.nullable(epoch),
  changes: z.array(changeSchema),
});
export type PushRequest = z.infer<typeof pushRequestSchema>;

/** The answer to a push or a resolve: a verdict for each id, in any order. */
export const pushAnswerSchema = z.object({ epoch, serverTime: whole, results: z.array(resultSchema) });
export type PushAnswer = z.infer<typeof pushAnswerSchema>;

/** `POST /api/sync/resolve-conflict`, answered as a push is. */
export const resolveRequestSchema = z.object({
  ...sender,
  ...lives,
  epoch: z.nullable(epoch),
  resolutions: z.array(resolutionSchema),
});
export type ResolveRequest = z.infer<typeof resolveRequestSchema>;

/** `POST /api/sync/digest` */
export const digestRequestSchema = z.object({
  deviceId: z.optional(deviceId),
  registered: z.optional(z.boolean()),
  epoch,
  entityTypes: z.optional(z.array(text)),
  /** First two hex digits of SHA-256 of the entity id. */
  bucket: z.optional(z.string().check(z.regex(/^[0-9a-f]{2}$/))),
});

/** What `digest` answers. */
export const digestAnswerSchema = z.object({
  epoch,
  cursor,
  types: z.record(z.string(), z.object({ count: whole, hash: z.string() })),
});
export type DigestAnswer = z.infer<typeof digestAnswerSchema>;

/** `GET /api/sync/history/{type}/{id}`, oldest first. */
export const historyAnswerSchema = z.object({
  epoch,
  versions: z.array(
    z.object({
      version,
      deleted: z.boolean(),
      data: z.nullable(data),
      /** The fields this version changed. */
      changed: z.array(z.string()),
      /** Values that did not survive the decision that made this version. */
      lost: z.optional(data),
      outcome: z.optional(z.string()),
      updatedAt: whole,
      origin: z.object({ deviceId: z.string(), changeId: z.string() }),
    }),
  ),
});
export type HistoryAnswer = z.infer<typeof historyAnswerSchema>;

/** `DELETE /api/users/me` */
export const eraseAnswerSchema = z.object({ erasedAt: whole });
export type EraseAnswer = z.infer<typeof eraseAnswerSchema>;

const origin = z.object({ deviceId: z.string(), changeId: z.string() });

/** `GET /api/users/me/export`: everything that is kept of a user. */
export const exportAnswerSchema = z.object({
  format: z.literal('guras-export/1'),
  epoch,
  exportedAt: whole,
  devices: z.array(
    z.object({
      deviceId: z.string(),
      registeredAt: whole,
      lastSeenAt: whole,
      position: z.nullable(whole),
      appVersion: z.nullable(z.string()),
      schemaVersion: z.nullable(whole),
    }),
  ),
  /** Live rows by type. */
  rows: z.record(z.string(), z.array(z.object({ entityId: z.string(), version, updatedAt: whole, origin, data }))),
  /** Versions of all rows, by type and id, oldest first. */
  history: z.array(
    z.object({
      entityType: z.string(),
      entityId: z.string(),
      version,
      deleted: z.boolean(),
      changed: z.array(z.string()),
      updatedAt: whole,
      origin,
      outcome: z.optional(z.string()),
      settles: z.optional(z.string()),
      data: z.nullable(data),
      lost: z.optional(data),
    }),
  ),
});

/** `GET /api/sync/devices` */
export const devicesAnswerSchema = z.object({
  devices: z.array(
    z.object({
      deviceId: z.string(),
      registeredAt: whole,
      lastSeenAt: whole,
      cursorLag: z.nullable(whole),
      appVersion: z.nullable(z.string()),
      schemaVersion: z.nullable(whole),
    }),
  ),
});
export type DevicesAnswer = z.infer<typeof devicesAnswerSchema>;
