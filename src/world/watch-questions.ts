import type { Choice, Conflict } from '../core/merge/conflict.ts';
import type { Device, WriteOutcome } from '../engine/device.ts';
import type { StageDevice } from '../stage/device.ts';
import { whenReady } from '../stage/when-ready.ts';
import type { Ledger } from './ledger.ts';
import type { Question } from './questions.ts';

/** What a life of a device asks its user, and what the user decides, told to the ledger. */
export function watchQuestions(
  engine: Device,
  {
    device,
    ledger,
    reopen,
  }: {
    readonly device: StageDevice;
    readonly ledger: Ledger;
    readonly reopen: (changeId: string) => Promise<void>;
  },
): Pick<Device, 'conflicts' | 'resolveConflict'> {
  const told = (conflict: Conflict): Question => questionOf(conflict, device, ledger);
  return {
    conflicts: () =>
      whenReady(engine.conflicts(), (open) => {
        for (const conflict of open) ledger.questions.asked(told(conflict));
        return open;
      }),
    resolveConflict: async (changeId: string, choice: Choice): Promise<WriteOutcome> => {
      const conflict = (await engine.conflicts()).find((one) => one.changeId === changeId);
      // Values go or come back by what the person says.
      if (choice.keep === 'merge' || conflict?.kind === 'delete') await reopen(changeId);
      const outcome = await engine.resolveConflict(changeId, choice);
      if (outcome.ok && conflict !== undefined)
        ledger.questions.decisions.push({ ...told(conflict), keep: choice.keep });
      return outcome;
    },
  };
}

function questionOf(
  { entityType, entityId, kind, fields, theirsData, before }: Conflict,
  { name: device, user }: StageDevice,
  ledger: Ledger,
): Question {
  const row = ledger.nameOf(entityType, entityId, theirsData ?? before);
  const asked = fields.map(({ name, mine, theirs }) => ({ name, mine, theirs }));
  return { device, user, entityType, row, kind, fields: asked };
}
