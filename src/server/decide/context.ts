import type { Epoch } from '../../core/ids.ts';
import type { Limits } from '../../core/limits.ts';
import type { Registry } from '../../core/model/registry.ts';
import type { Reads } from './reads.ts';
import type { UserState } from './stored.ts';

/** What every decision is given besides the request. */
export interface Context {
  readonly registry: Registry;
  readonly limits: Limits;
  readonly epoch: Epoch;
  /** Server time, ms. */
  readonly nowMs: number;
  readonly reads: Reads;
  /** The user's counter when the request came. */
  readonly user: UserState;
}

/** What the envelope of a request says about its sender, beside the body. */
export interface Caller {
  /** `X-Device-Id`, which must agree with the body; null when absent. */
  readonly deviceId: string | null;
  readonly schemaVersion: number | null;
  readonly appVersion: string | null;
}
