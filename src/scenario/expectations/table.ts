import { apart } from './apart.ts';
import { aside } from './aside.ts';
import { committed } from './committed.ts';
import { conflicts } from './conflicts.ts';
import { effects } from './effects.ts';
import type { Expectation, SubjectKind } from './expectation.ts';
import { history } from './history.ts';
import { invariants } from './invariants.ts';
import { isRunning } from './is-running.ts';
import { items } from './items.ts';
import { log } from './log.ts';
import { notices } from './notices.ts';
import { queue } from './queue.ts';
import { renewals } from './renewals.ts';
import { requests } from './requests.ts';
import { row } from './row.ts';
import { rows } from './rows.ts';
import { status } from './status.ts';
import { synced } from './synced.ts';
import { verdicts } from './verdicts.ts';
import { why } from './why.ts';

/** Every expectation, in the order of docs and messages. */
export const expectations: readonly Expectation[] = [
  row,
  synced,
  queue,
  items,
  conflicts,
  notices,
  status,
  isRunning,
  why,
  rows,
  requests,
  apart,
  renewals,
  log,
  aside,
  effects,
  committed,
  history,
  verdicts,
  invariants,
];

const byName = new Map(expectations.map((expectation) => [expectation.name, expectation]));

/** The expectation of a name, or undefined. */
export function expectationNamed(name: string): Expectation | undefined {
  return byName.get(name);
}

/** Names of the expectations that a kind of subject can meet, rows apart. */
export function expectationNames(subject: SubjectKind): readonly string[] {
  return expectations
    .filter((expectation) => expectation !== row && expectation.subjects.includes(subject))
    .map(({ name }) => name);
}
