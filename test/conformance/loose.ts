import type { ChangeBody, ResolutionBody } from '../../src/conformance/changes.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A change that may be falsified on its way. */
export type LooseChange = Mutable<ChangeBody>;

/** A resolution that may be falsified on its way. */
export type LooseResolution = Mutable<ResolutionBody>;

/** The members of all requests. */
export interface LooseBody {
  deviceId: string;
  registered?: boolean;
  cursor?: string | null;
  since?: number;
  limit?: number;
  entityTypes?: string[];
  unsettled?: string[];
  epoch?: string | null;
  incarnation?: string;
  previousIncarnations?: string[];
  changes?: LooseChange[];
  resolutions?: LooseResolution[];
  bucket?: string;
  id?: string;
  againstVersion?: number;
  toVersion?: number;
}

/** A row that may be falsified on its way back. */
export interface LooseRow {
  entityType: string;
  entityId: string;
  part: string;
  version: number;
  deleted: boolean;
  data: Record<string, unknown> | null;
  stamps: Record<string, string>;
  updatedAt: number;
}

/** A verdict that may be falsified on its way back. */
export interface LooseResult {
  id: string;
  status: string;
  first?: string;
  version?: number;
  row?: LooseRow;
  problem?: { code: string };
}

/** The members of all answers. */
export interface LooseAnswer {
  epoch?: string;
  cursor?: string;
  hasMore?: boolean;
  serverTime?: number;
  changes?: LooseRow[];
  settled?: LooseResult[];
  results?: LooseResult[];
  types?: Record<string, { count: number; hash: string }>;
  versions?: { version: number; lost?: unknown }[];
  devices?: unknown[];
  code?: string;
  limit?: number;
}
