import type { Device } from '../../engine/device.ts';
import { assert } from '../../lib/assert.ts';
import type { Awaitable } from '../../ports/storage.ts';
import type { StageDevice } from '../../stage/device.ts';
import type { Subject } from '../scene.ts';
import type { Finding } from './expectation.ts';

/** The device of a subject. Throws BugError for any other subject: the reader lets no other through. */
export function deviceOf(subject: Subject): StageDevice {
  assert(subject.kind === 'device', `${subject.name} is a device`);
  return subject.device;
}

/** Judges by the running engine; a killed app differs from everything expected of it. */
export async function judgeRunning(
  subject: Subject,
  judge: (engine: Device) => Awaitable<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const engine = deviceOf(subject).engine();
  if (engine === null) return [{ text: 'is not running', actual: 'killed', expected: 'running' }];
  return judge(engine);
}

/** The users of a story, each once, in the order of their devices. */
export function usersOf(devices: Iterable<StageDevice>): readonly string[] {
  return [...new Set([...devices].map(({ user }) => user))];
}

/** A value as it is shown to people, at most 120 characters. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
