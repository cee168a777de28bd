import * as z from 'zod/mini';
import type { Stamp } from '../../core/ids.ts';
import type { EntityType } from '../../core/model/registry.ts';
import {
  type ChangeProblem,
  validateAdd,
  validateCreate,
  validateEntityId,
  validateSet,
} from '../../core/model/validate.ts';
import { isChange } from '../../core/protocol/is-change.ts';
import { type Change, changeSchema, type Problem } from '../../core/protocol/messages.ts';
import type { JsonObject } from '../../lib/json.ts';
import { bodyPrint } from './body-print.ts';
import type { Context } from './context.ts';
import { isDeeperThan } from './json-depth.ts';
import { problemOf } from './refusal.ts';
import { clampStamps, stampFault } from './stamps.ts';

/** A change that keeps every rule that can be checked without looking at stored rows. */
export interface ShapedChange {
  readonly type: EntityType;
  readonly entityType: string;
  readonly entityId: string;
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly base: number;
  readonly data: JsonObject;
  readonly increments: Readonly<Record<string, number>>;
  readonly stamps: Readonly<Record<string, Stamp>>;
  readonly isClamped: boolean;
  readonly dependsOn: readonly string[];
}

/** One item of a push as far as it could be read. Items without a readable id can't be answered and are left out. */
export interface Candidate {
  readonly id: string;
  readonly seq: number | null;
  readonly bodyPrint: string | null;
  readonly entityType: string;
  readonly entityId: string;
  readonly group: string | null;
  readonly groupSize: number | null;
  readonly shape:
    | { readonly ok: true; readonly change: ShapedChange }
    | { readonly ok: false; readonly problem: Problem };
}

/** Reads one item of a push: its identity as far as possible, and its change or the rule that it breaks. */
export function readChange(context: Context, item: unknown): Candidate | null {
  if (!isRecord(item)) return null;
  const id = textOf(item, 'id');
  if (id === null || id.length > 256) return null;
  const isDeep = isDeeperThan(item, context.limits.depth + 2);
  return {
    id,
    seq: Number.isSafeInteger(item.seq) ? (item.seq as number) : null,
    bodyPrint: isDeep ? null : bodyPrint([item.entityType, item.entityId, item.action, item.data, item.increments]),
    entityType: textOf(item, 'entityType') ?? '',
    entityId: textOf(item, 'entityId') ?? '',
    group: textOf(item, 'group'),
    groupSize: typeof item.groupSize === 'number' ? item.groupSize : null,
    shape: isDeep ? broken(problemOf('invalid_change', 'The change is nested too deeply.')) : shapeOf(context, item),
  };
}

function shapeOf(context: Context, item: Readonly<Record<string, unknown>>): Candidate['shape'] {
  if (isChange(item)) return soundShape(context, item);
  // The schema says what is wrong, and takes what the quick look does not.
  const parsed = z.safeParse(changeSchema, item);
  if (!parsed.success) return broken(schemaProblem(parsed.error.issues[0]));
  // Values are taken from the item itself: the parsed copy has lost keys like `__proto__`.
  return soundShape(context, { ...parsed.data, data: item.data as JsonObject | null });
}

function soundShape(context: Context, change: Change): Candidate['shape'] {
  const type = context.registry.types.get(change.entityType);
  if (type === undefined) return broken(problemOf('unknown_type', `There is no type ${change.entityType}.`));
  const problem = ruleBroken(context, type, change);
  if (problem !== null) return broken(problem);
  const fields = change.action === 'DELETE' ? ['*'] : Object.keys(change.data ?? {});
  const clock = { nowMs: context.nowMs, leadMs: context.limits.clockLeadMs };
  return {
    ok: true,
    change: {
      type,
      entityType: change.entityType,
      entityId: change.entityId,
      action: change.action,
      base: baseOf(context, change.baseVersion),
      data: change.data ?? {},
      increments: change.increments ?? {},
      ...clampStamps(change.stamps, fields, clock),
      dependsOn: change.dependsOn ?? [],
    },
  };
}

/** No device can have received a number that was not given yet: such a base is no base, and clashes with any row. */
function baseOf(context: Context, base: number | null): number {
  return base === null || base > context.user.counter ? 0 : base;
}

function ruleBroken(context: Context, type: EntityType, change: Change): Problem | null {
  const id = validateEntityId(type, change.entityId);
  if (id !== null) return ruleProblem(id);
  if (change.action === 'DELETE') return deleteFault(type, change);
  const data = change.data ?? {};
  const options = { limits: context.limits, from: 'wire' } as const;
  const fault =
    (change.action === 'CREATE' ? validateCreate(type, data, options) : validateSet(type, data, options)) ??
    validateAdd(type, change.increments ?? {});
  if (fault !== null) return ruleProblem(fault);
  const field = stampFault(type.units, data, change.stamps);
  return field === null
    ? null
    : problemOf('invalid_change', `The stamp of ${field} is missing or not that of its unit.`, { field });
}

function deleteFault(type: EntityType, change: Change): Problem | null {
  if (type.catalogue) return problemOf('not_writable', `Rows of ${type.name} belong to the catalogue.`);
  const hasValues = Object.keys(change.data ?? {}).length > 0 || Object.keys(change.increments ?? {}).length > 0;
  return hasValues ? problemOf('invalid_change', 'A DELETE carries neither data nor increments.') : null;
}

/** The protocol's form of a broken rule of the model. */
export function ruleProblem(fault: ChangeProblem): Problem {
  return problemOf(fault.code, fault.detail, fault.field === undefined ? {} : { field: fault.field });
}

/** The protocol's form of a body that does not fit its schema: where, and what was expected. */
export function schemaProblem(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): Problem {
  const field = issue?.path.map(String).join('.') ?? '';
  return problemOf('invalid_change', issue?.message ?? 'It breaks the schema.', field === '' ? {} : { field });
}

function broken(problem: Problem): Candidate['shape'] {
  return { ok: false, problem };
}

function textOf(item: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = item[name];
  return typeof value === 'string' && value.length > 0 ? value : null;
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
