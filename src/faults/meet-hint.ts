import { type ArmedFault, afterwards, concerns, isDrawn } from './armed-fault.ts';
import type { Transaction } from './fault.ts';
import { cutOf, type FaultPlan } from './plan.ts';

/** A hint on its way to a device. */
export type Hint = Pick<Transaction, 'device' | 'user' | 'atMs'>;

/** Whether a hint that is sent now is lost, the armed fault that lost it, and the plan after it. */
export function meetHint(
  plan: FaultPlan,
  hint: Hint,
): { readonly plan: FaultPlan; readonly isLost: boolean; readonly by: ArmedFault | null } {
  if (cutOf(plan, hint.device) !== null) return { plan, isLost: true, by: null };
  const matching = plan.armed.filter((fault) => fault.setting.fault === 'lose-hint' && concerns(fault, hint));
  const drawn = { ...hint, call: null, serverMs: 0 };
  const by = matching.find((fault) => fault.skip === 0 && isDrawn(fault, drawn, plan.seed)) ?? null;
  const left = plan.armed.flatMap((fault) => afterwards(fault, { met: matching.includes(fault), hit: fault === by }));
  return { plan: { ...plan, armed: left }, isLost: by !== null, by };
}
