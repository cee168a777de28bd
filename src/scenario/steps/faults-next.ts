import * as z from 'zod';
import { type CallName, calls } from '../../core/protocol/paths.ts';
import type { FaultScope } from '../../faults/plan.ts';
import { type FaultSetting, faultSchema, faultTable } from '../../faults/table.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Ability } from '../../stage/ability.ts';
import { deviceOf } from '../expectations/running.ts';
import type { Subject } from '../scene.ts';

const scoped = z.strictObject({
  fault: faultSchema,
  times: z.union([z.int().min(1), z.literal('every')]).optional(),
  skip: z.int().min(0).optional(),
  percent: z.int().min(1).max(99).optional(),
});
const one = z.union([scoped, faultSchema.transform((fault): z.output<typeof scoped> => ({ fault }))]);
const several = z
  .union([one, z.array(one).min(1)], { error: (issue) => explain(issue.input) })
  .transform((written) => (Array.isArray(written) ? written : [written]));
const names = [...(Object.keys(calls) as CallName[]), 'any'] as const;

/** What is wrong with a written fault, as the schema of the form that was meant says it. */
function explain(written: unknown): string | undefined {
  const first: unknown = Array.isArray(written) ? written[0] : written;
  const isScoped = typeof first === 'object' && first !== null && 'fault' in first;
  const inner = isScoped ? first.fault : first;
  const message = (isScoped ? scoped : faultSchema).safeParse(first).error?.issues[0]?.message;
  const meant = typeof inner === 'string' ? nearest(inner, Object.keys(faultTable)) : null;
  return meant === null || meant === inner ? message : `${message}; did you mean "${meant}"?`;
}

/** Faults by the call they wait for: one or a list, each as itself or as { fault, times, skip, percent }. */
export const nextFaults = z
  .partialRecord(z.enum(names), several)
  .refine((next) => Object.keys(next).length > 0, {
    error: `name a call: ${names.join(', ')}`,
    // A misspelt call is told as such, not as none.
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ description: 'faults for the next calls: { push: lose-response }' });

/** Faults as {@link nextFaults} parsed them. */
export type NextFaults = z.output<typeof nextFaults>;

/** One fault as it is written for a call: which, how often, for which share. */
export interface WrittenFault {
  readonly call: string;
  readonly fault: FaultSetting;
  readonly scope: Pick<FaultScope, 'times' | 'skip' | 'percent'>;
}

/** The faults one by one, in written order, each with the call it waits for, or `any`. */
export function faultsOf(next: NextFaults): readonly WrittenFault[] {
  return orders(next).map(({ call, order: { fault, times, skip, percent } }) => ({
    call,
    fault,
    scope: {
      ...(times === undefined ? {} : { times }),
      ...(skip === undefined ? {} : { skip }),
      ...(percent === undefined ? {} : { percent }),
    },
  }));
}

function orders(next: NextFaults): readonly { readonly call: string; readonly order: z.output<typeof scoped> }[] {
  return Object.entries(next).flatMap(([call, list]) => (list ?? []).map((order) => ({ call, order })));
}

/** One ability for each fault that is named. */
export function faultNeeds(next: NextFaults | undefined): readonly Ability[] {
  return orders(next ?? {}).map(({ order }): Ability => `fault:${order.fault.fault}`);
}

/** The faults in words: `next push: lose-response`. */
export function tellFaults(next: NextFaults): string {
  return orders(next)
    .map(({ call, order }) => `next ${call === 'any' ? 'call' : call}: ${tellFault(order.fault)}${tellScope(order)}`)
    .join(', ');
}

function tellFault(setting: FaultSetting): string {
  return setting.fault === 'status' ? `status ${setting.status}` : setting.fault;
}

function tellScope({ times, skip, percent }: z.output<typeof scoped>): string {
  const share = percent === undefined ? '' : ` (${percent} of 100)`;
  return `${share}${times === undefined ? '' : ` (${times === 'every' ? 'every time' : `${times} times`})`}${skip ? ` after ${skip}` : ''}`;
}

/** Arms the faults on the subject's device, in written order. */
export function armFaults(next: NextFaults | undefined, subject: Subject): void {
  for (const { call, fault, scope } of faultsOf(next ?? {})) {
    deviceOf(subject).arm(fault, call === 'any' ? scope : { ...scope, call: call as CallName });
  }
}
