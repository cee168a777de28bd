import type { Edit } from '../../engine/device.ts';
import type { StageDevice } from '../../stage/device.ts';
import type { Stage, Standing } from '../../stage/stage.ts';
import type { Facts } from '../facts.ts';
import type { Invariant } from './invariant.ts';

/** In how much time of the story two healthy devices must have exchanged an edit. */
const withinMs = 30 * 60_000;

/**
 * Liveness beside a device that never returns: at the end one dies with a request on the wire, and two others of its
 * user go on. Changes the world, so it is asked last.
 */
export const deadBlockNobody: Invariant = {
  name: 'dead-block-nobody',
  claim: 'When a device dies in the middle of a request and never returns, the others of its user go on as before.',
  atRest: async ({ stage, ledger, devices }, findings) => {
    const [dead, writer, reader] = threeOfOneUser(stage, devices);
    if (dead === undefined || writer === undefined || reader === undefined) return;
    findings.counts();
    await dieSending(stage, dead, editOf(ledger, 'dying'));
    const edit = editOf(ledger, 'going-on');
    await writer.engine()?.write(edit);
    const sent = await goOn(stage, writer, async () => (await writer.engine()?.queue())?.length === 0);
    if (!sent.holds) findings.found(`${writer.name} can't send while ${dead.name} is dead: ${sent.because}`);
    const seen = await goOn(stage, reader, async () => {
      return ((await reader.engine()?.get(edit.entityType, edit.entityId)) ?? null) !== null;
    });
    if (!seen.holds) findings.found(`${reader.name} does not see ${writer.name}'s edit while ${dead.name} is dead`);
  },
};

function threeOfOneUser(stage: Stage, devices: Facts['devices']): readonly StageDevice[] {
  for (const { user } of devices) {
    const theirs = devices
      .filter((device) => device.user === user)
      .flatMap(({ name }) => stage.devices.get(name) ?? []);
    if (theirs.length >= 3) return theirs;
  }
  return [];
}

/** A row that no story makes, and that needs no other. */
function editOf(
  ledger: Facts['ledger'],
  entityId: string,
): Edit & { readonly action: 'create'; readonly entityId: string } {
  if (ledger.registry.types.has('latest'))
    return { action: 'create', entityType: 'latest', entityId, data: { value: entityId } };
  return { action: 'create', entityType: 'guidedMeditation', entityId, data: { programId: entityId } };
}

/** The device writes, and dies as soon as its request has left. */
async function dieSending(stage: Stage, device: StageDevice, edit: Edit): Promise<void> {
  const before = device.requests().push;
  await device.engine()?.write(edit);
  askSync(device);
  await stage.runUntil(
    () => (device.requests().push > before ? { holds: true } : { holds: false, because: 'nothing is sent yet' }),
    withinMs,
  );
  await device.kill();
}

async function goOn(stage: Stage, device: StageDevice, isDone: () => Promise<boolean>): Promise<Standing> {
  askSync(device);
  const waiting: Standing = { holds: false, because: `${device.name} has not done it in time` };
  return stage.runUntil(async () => ((await isDone()) ? { holds: true } : waiting), withinMs);
}

/** Asks for a sync whose end nobody waits for: what it does is looked at. */
function askSync(device: StageDevice): void {
  device.engine()?.syncAll().then(ignore, ignore);
}

function ignore(): void {
  // How it ended says nothing here.
}
