import type { EntityKey } from '../core/ids.ts';

/** A change as probes send it: the protocol's form with plain texts, so that wrong ones can be written too. */
export interface ChangeBody extends EntityKey {
  readonly id: string;
  readonly seq: number;
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly baseVersion: number | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly increments?: Readonly<Record<string, number>>;
  readonly stamps: Readonly<Record<string, string>>;
  readonly timestamp: number;
  readonly dependsOn?: readonly string[];
  readonly group?: string;
  readonly groupSize?: number;
}

/** A resolution as probes send it. */
export interface ResolutionBody extends EntityKey {
  readonly id: string;
  readonly changeId: string;
  readonly againstVersion: number;
  readonly outcome: 'local' | 'server' | 'merged' | 'delete' | 'withdraw';
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly increments?: Readonly<Record<string, number>>;
  readonly stamps: Readonly<Record<string, string>>;
  readonly lost?: Readonly<Record<string, unknown>>;
}

/** Values of a whole meditation, some of them replaced. */
export function session(values: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    sessionId: 'conformance-1',
    startedAt: '2026-03-01T06:30:00Z',
    completedAt: '2026-03-01T06:42:00Z',
    durationSec: 720,
    rating: 3,
    notes: 'first',
    ...values,
  };
}

/** Values of a whole enrolment in a program. */
export function enrolment(programId: string): Readonly<Record<string, unknown>> {
  return { programId, enrolledAt: '2026-03-01T06:30:00Z', status: 'enrolled', currentDay: 1, completedSessionIds: [] };
}

/** Values of a whole progress row of an enrolment. */
export function progress(enrolmentId: string): Readonly<Record<string, unknown>> {
  return { enrolmentId, sessionId: 'conformance-1', day: 1, positionSec: 0, completed: false };
}

/** Values of a whole downloaded track: a second type without any rule of its own. */
export function download(): Readonly<Record<string, unknown>> {
  return {
    trackId: 'conformance-track',
    deviceName: 'conformance',
    bytes: 1_000,
    sha256: 'a'.repeat(64),
    downloadedAt: '2026-03-01T06:30:00Z',
  };
}
