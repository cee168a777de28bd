import { type ArmedFault, afterwards } from './armed-fault.ts';
import { cutOf, type FaultPlan } from './plan.ts';

/** Whether a hint for this device that is sent now is lost, the armed fault that lost it, and the plan after it. */
export function meetHint(
  plan: FaultPlan,
  device: string,
): { readonly plan: FaultPlan; readonly isLost: boolean; readonly by: ArmedFault | null } {
  if (cutOf(plan, device) !== null) return { plan, isLost: true, by: null };
  const matching = plan.armed.filter(
    ({ setting, device: of }) => setting.fault === 'lose-hint' && (of === null || of === device),
  );
  const by = matching.find(({ skip }) => skip === 0) ?? null;
  const left = plan.armed.flatMap((fault) => afterwards(fault, { met: matching.includes(fault), hit: fault === by }));
  return { plan: { ...plan, armed: left }, isLost: by !== null, by };
}
