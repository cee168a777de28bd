import type { Problem } from '../../core/protocol/messages.ts';
import type { Device, Edit, WriteOutcome } from '../../engine/device.ts';
import { type Awaitable, StorageError, type StorageFailure } from '../../ports/storage.ts';
import { AppDied } from '../../stage/crashing-storage.ts';
import { failed, type Scene, type StepEnd } from '../scene.ts';
import { editFor, type WrittenEdit } from './edit.ts';

/** What a write step takes beside its edits. */
export interface WriteOptions {
  readonly as?: string | undefined;
  readonly refused?: true | string | undefined;
  readonly user?: string | undefined;
}

/** The running engine of the scene's device, or the failure of a step on a killed app. */
export function engineOf(scene: Scene): Device | StepEnd {
  const { subject } = scene;
  if (subject.kind !== 'device') return failed('step', 'only a device can do this');
  if (subject.device.isSuspended()) return failed('step', `${subject.name} is suspended; resume it first`);
  return subject.device.engine() ?? failed('step', `${subject.name} is not running; restart it first`);
}

/** Whether {@link engineOf} gave an engine. */
export function isEngine(engine: Device | StepEnd): engine is Device {
  return engine !== null && 'write' in engine;
}

/** Makes one edit on the scene's device or server, labels it and tells the trace. */
export async function playEdit(written: WrittenEdit, options: WriteOptions, scene: Scene): Promise<StepEnd> {
  if (scene.subject.kind === 'server') return writeOnServer(written, options, scene);
  const engine = engineOf(scene);
  if (!isEngine(engine)) return options.refused === 'allowed' ? null : engine;
  const edit = await editFor(engine, written);
  return ended(await outcomeOf(() => engine.write(edit)), { edits: [edit], options, scene });
}

/** Makes several edits on the scene's device that the server takes together or not at all. */
export async function playGroup(
  written: readonly WrittenEdit[],
  options: WriteOptions,
  scene: Scene,
): Promise<StepEnd> {
  const engine = engineOf(scene);
  if (!isEngine(engine)) return options.refused === 'allowed' ? null : engine;
  const edits: Edit[] = [];
  for (const one of written) edits.push(await editFor(engine, one));
  return ended(await outcomeOf(() => engine.writeGroup(edits)), { edits, options, scene });
}

/** The outcome of a write; a store that fails is one more way to be refused. */
export async function outcomeOf(write: () => Awaitable<WriteOutcome>): Promise<WriteOutcome | StoreFailed> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof StorageError) || error instanceof AppDied) throw error;
    return { ok: false, problem: { code: error.code, detail: error.message } };
  }
}

/** A write that the store did not take: its code is that of the store. */
interface StoreFailed {
  readonly ok: false;
  readonly problem: { readonly code: StorageFailure; readonly detail: string };
}

/** What follows from a write's outcome: the label, the trace, and whether the step holds. */
export function ended(
  outcome: WriteOutcome,
  { edits, options, scene }: { readonly edits: readonly Edit[]; readonly options: WriteOptions; readonly scene: Scene },
): StepEnd {
  const { subject } = scene;
  if (!outcome.ok) {
    scene.tell('refused', { edits, problem: outcome.problem });
    return refusedEnd(outcome.problem, options);
  }
  const user = subject.kind === 'device' ? subject.device.user : subject.name;
  if (options.as !== undefined) {
    scene.labels.add(options.as, { device: subject.name, user, changeIds: outcome.changeIds });
  }
  scene.tell('edit', { edits, changeIds: outcome.changeIds, label: options.as ?? null });
  if (options.refused === undefined || options.refused === 'allowed') return null;
  return failed('refused', `the write was taken, but should be refused${codeText(options.refused)}`);
}

function refusedEnd(problem: Problem, { refused }: WriteOptions): StepEnd {
  if (refused === true || refused === 'allowed' || refused === problem.code) return null;
  const reason = [problem.field, problem.detail ?? problem.title].filter((part) => part !== undefined).join(': ');
  const sentence = `the write was refused: ${problem.code}${reason === '' ? '' : ` (${reason})`}`;
  return failed('refused', refused === undefined ? sentence : `${sentence}, not${codeText(refused)}`);
}

function codeText(refused: true | string): string {
  return refused === true ? '' : ` with ${refused}`;
}

async function writeOnServer(written: WrittenEdit, options: WriteOptions, scene: Scene): Promise<StepEnd> {
  const { stage, labels } = scene;
  const users = [...new Set([...stage.devices.values()].map(({ user }) => user))];
  const user = options.user ?? users[0];
  if (user === undefined || (options.user === undefined && users.length > 1)) {
    return failed('step', `the story has several users; say whose row with user: ${users.join(' or ')}`);
  }
  const get: Device['get'] = async (entityType, entityId) => {
    const row = await stage.server.row(user, { entityType, entityId });
    const state = { isDirty: false, syncStatus: 'synced' as const, retryCount: 0, lastSyncedAt: null };
    return row === null ? null : { ...row, ...state };
  };
  const edit = await editFor({ get }, written);
  const outcome = await stage.server.write(user, edit);
  if (!outcome.ok) {
    scene.tell('refused', { edits: [edit], problem: { code: outcome.reason } });
    return options.refused === undefined ? failed('refused', `the server refused: ${outcome.reason}`) : null;
  }
  if (options.as !== undefined) labels.add(options.as, { device: 'server', user, changeIds: [outcome.changeId] });
  scene.tell('edit', { edits: [edit], changeIds: [outcome.changeId], label: options.as ?? null });
  return null;
}
