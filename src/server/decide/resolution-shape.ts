import * as z from 'zod/mini';
import type { Stamp } from '../../core/ids.ts';
import { type EntityType, fieldOf } from '../../core/model/registry.ts';
import { validateAdd, validateEntityId, validateSet } from '../../core/model/validate.ts';
import { type Problem, resolutionSchema } from '../../core/protocol/messages.ts';
import type { JsonObject } from '../../lib/json.ts';
import { bodyPrint } from './body-print.ts';
import { isRecord, ruleProblem, schemaProblem } from './change-shape.ts';
import type { Context } from './context.ts';
import { isDeeperThan } from './json-depth.ts';
import { problemOf } from './refusal.ts';
import { clampStamps, stampFault } from './stamps.ts';

/** A resolution that keeps every rule that can be checked without looking at stored rows. */
export interface ShapedResolution {
  readonly type: EntityType;
  readonly entityType: string;
  readonly entityId: string;
  readonly changeId: string;
  readonly outcome: 'local' | 'server' | 'merged' | 'delete' | 'withdraw';
  readonly against: number;
  readonly data: JsonObject;
  readonly increments: Readonly<Record<string, number>>;
  readonly stamps: Readonly<Record<string, Stamp>>;
  /** Values that did not survive; null when nothing is said of them. */
  readonly lost: JsonObject | null;
  /** Fields it writes or names. */
  readonly touched: readonly string[];
}

/** One item of a resolve as far as it could be read. */
export interface ResolutionCandidate {
  readonly id: string;
  readonly bodyPrint: string | null;
  readonly entityType: string;
  readonly entityId: string;
  readonly shape:
    | { readonly ok: true; readonly resolution: ShapedResolution }
    | { readonly ok: false; readonly problem: Problem };
}

/** Reads one item of a resolve. Null for one without an id: it can't be answered. */
export function readResolution(context: Context, item: unknown): ResolutionCandidate | null {
  if (!isRecord(item) || typeof item.id !== 'string' || item.id.length < 1 || item.id.length > 256) return null;
  const isDeep = isDeeperThan(item, context.limits.depth + 2);
  const { entityType, entityId, outcome, changeId, data, increments } = item;
  return {
    id: item.id,
    bodyPrint: isDeep ? null : bodyPrint(['resolution', entityType, entityId, outcome, changeId, data, increments]),
    entityType: typeof entityType === 'string' ? entityType : '',
    entityId: typeof entityId === 'string' ? entityId : '',
    shape: isDeep ? broken(problemOf('invalid_change', 'It is nested too deeply.')) : shapeOf(context, item),
  };
}

function shapeOf(context: Context, item: Readonly<Record<string, unknown>>): ResolutionCandidate['shape'] {
  const parsed = z.safeParse(resolutionSchema, item);
  if (!parsed.success) return broken(schemaProblem(parsed.error.issues[0]));
  const said = {
    ...parsed.data,
    data: (item.data ?? {}) as JsonObject,
    lost: (item.lost ?? null) as JsonObject | null,
  };
  const type = context.registry.types.get(said.entityType);
  if (type === undefined) return broken(problemOf('unknown_type', `There is no type ${said.entityType}.`));
  const problem = ruleBroken(context, type, said);
  if (problem !== null) return broken(problem);
  const isDelete = said.outcome === 'delete';
  const clock = { nowMs: context.nowMs, leadMs: context.limits.clockLeadMs };
  const counter = context.user.counter;
  return {
    ok: true,
    resolution: {
      type,
      entityType: said.entityType,
      entityId: said.entityId,
      changeId: said.changeId,
      outcome: said.outcome,
      against: said.againstVersion > counter ? 0 : said.againstVersion,
      data: said.data,
      increments: said.increments ?? {},
      stamps: clampStamps(said.stamps, isDelete ? ['*'] : Object.keys(said.data), clock).stamps,
      lost: said.lost,
      touched: [...new Set([...Object.keys(said.data), ...Object.keys(said.lost ?? {})])].filter((name) =>
        isOwn(type, name),
      ),
    },
  };
}

function isOwn(type: EntityType, name: string): boolean {
  return fieldOf(type, name)?.owner === 'user';
}

function ruleBroken(
  context: Context,
  type: EntityType,
  said: Omit<z.infer<typeof resolutionSchema>, 'data' | 'lost'> & { readonly data: JsonObject },
): Problem | null {
  const id = validateEntityId(type, said.entityId);
  if (id !== null) return ruleProblem(id);
  if (said.outcome === 'delete' && type.catalogue) {
    return problemOf('not_writable', `Rows of ${type.name} belong to the catalogue.`);
  }
  const writes = said.outcome === 'local' || said.outcome === 'merged';
  if (!writes && Object.keys(said.data).length > 0) {
    return problemOf('invalid_change', `A resolution with outcome ${said.outcome} carries no data.`);
  }
  const options = { limits: context.limits, from: 'wire' } as const;
  const fault = validateSet(type, said.data, options) ?? validateAdd(type, said.increments ?? {});
  if (fault !== null) return ruleProblem(fault);
  const field = stampFault(type.units, said.data, said.stamps);
  return field === null
    ? null
    : problemOf('invalid_change', `The stamp of ${field} is missing or not that of its unit.`, { field });
}

function broken(problem: Problem): ResolutionCandidate['shape'] {
  return { ok: false, problem };
}
