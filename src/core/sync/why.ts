import type { ChangeId } from '../ids.ts';
import type { Item } from '../queue/item.ts';
import { blockerOf } from './blocker.ts';
import { membersOf } from './entity.ts';
import { phaseOf } from './phase.ts';
import type { Why } from './status.ts';
import type { Turn } from './turn.ts';

/** Why one item has not left the queue: the nearest cause, and what a person can do. Null for an id not in the queue. */
export function whyItem(turn: Turn, id: ChangeId): Why | null {
  const item = turn.get('items', [id]);
  if (item === undefined) return null;
  const own = ownCause(turn, item);
  return (
    own ??
    whyDevice(turn) ?? { code: 'due', because: 'It is due and will be sent with the next sync.', remedy: 'Sync now.' }
  );
}

/** A cause that lies in the item itself, or in what it is behind. */
function ownCause(turn: Turn, item: Item, depth = 0): Why | null {
  const problem = item.error?.problem;
  switch (item.state) {
    case 'conflict':
      return {
        code: 'conflict_open',
        because: `Both sides changed ${item.entityType}/${item.entityId}; a person must choose.`,
        remedy: 'Resolve the conflict: keep mine, keep theirs, or merge.',
      };
    case 'parked':
      return {
        code: 'parked',
        because: `The server refused it: ${problem?.code ?? 'unknown'}${problem?.detail === undefined ? '' : ` (${problem.detail})`}.`,
        remedy: 'Edit the row, retry the item, or drop it.',
      };
    case 'failed':
      return {
        code: 'tries_spent',
        because: `It failed ${item.retryCount} times: ${problem?.code ?? 'unknown'}. It is tried again by itself.`,
        remedy: 'Retry it now, or look at the server.',
      };
    case 'waiting':
      return whyWaiting(turn, item.waitsFor, depth + 1);
    case 'inFlight':
      return {
        code: 'in_flight',
        because: 'It is on its way; the answer is not here yet.',
        remedy: 'Wait for the answer.',
      };
    default:
      return whyUnsent(turn, item, depth);
  }
}

function whyWaiting(turn: Turn, waitsFor: Item['waitsFor'], depth: number): Why {
  const holder = waitsFor === null ? undefined : turn.get('items', [waitsFor]);
  const name =
    holder === undefined
      ? 'another item'
      : `${holder.action} of ${holder.entityType}/${holder.entityId} (${holder.id}, ${holder.state})`;
  const root = holder === undefined ? undefined : rootOf(turn, holder);
  const ends = root === undefined || root.state === 'waiting' || depth > deepest;
  const cause = ends ? null : ownCause(turn, root, depth);
  const further = cause === null ? '' : ` ${cause.because}`;
  return {
    code: 'waits_for',
    because: `It waits for ${name}.${further}`,
    remedy: cause?.remedy ?? 'Sync; it follows by itself.',
  };
}

/** What stands at the head of a line of items that wait for each other. */
function rootOf(turn: Turn, holder: Item): Item {
  let root = holder;
  for (let left = turn.limits.batchCount; left > 0 && root.state === 'waiting' && root.waitsFor !== null; left -= 1) {
    const next = turn.get('items', [root.waitsFor]);
    if (next === undefined) break;
    root = next;
  }
  return root;
}

/** How many causes behind each other are followed. */
const deepest = 16;

const noneAhead: ReadonlySet<ChangeId> = new Set();

function whyUnsent(turn: Turn, item: Item, depth: number): Why | null {
  if (item.settledAt !== null) {
    return {
      code: 'row_awaited',
      because: `It is applied; the row at version ${item.settledAt} has not arrived yet.`,
      remedy: 'Pull.',
    };
  }
  const members =
    item.group === null || item.resolution !== null ? [item] : membersOf(turn, item.group).map((member) => member.item);
  const blocker = blockerOf(turn, members, noneAhead);
  if (blocker !== null) return whyWaiting(turn, blocker, depth + 1);
  const hold = turn.state.holds[item.id];
  if (hold !== undefined && hold.untilMonoMs > turn.at.monoMs) {
    return {
      code: 'held',
      because: 'The server could not decide about it yet; it is asked again soon.',
      remedy: 'Wait.',
    };
  }
  return null;
}

/** Why nothing moves on the device as a whole; null when nothing hinders it. */
export function whyDevice(turn: Turn): Why | null {
  const { state } = turn;
  const refused = state.refusedCall;
  switch (phaseOf(turn)) {
    case 'erased':
      return {
        code: 'user_erased',
        because: 'The data of this user was erased on the server.',
        remedy: 'None: nothing is offered again.',
      };
    case 'paused':
      return { code: 'switched_offline', because: 'The device is switched offline.', remedy: 'Switch it online.' };
    case 'offline':
      return { code: 'offline', because: 'There is no line.', remedy: 'It goes on by itself when the line is back.' };
    case 'needs-auth':
      return {
        code: 'needs_auth',
        because: 'The token was refused and could not be renewed.',
        remedy: 'Sign in again as the same user.',
      };
    case 'update-required':
      return {
        code: 'update_required',
        because: 'The server asks for a newer app.',
        remedy: 'Update the app; the queue is kept.',
      };
    case 'lease-held':
      return {
        code: 'lease_held',
        because: `Another process syncs this device: ${turn.meta('lease').holder}.`,
        remedy: 'Let it, or stop it.',
      };
    case 'backing-off':
      return {
        code: 'backing_off',
        because: `${state.backoff?.reason ?? ''} ${refused === null ? '' : (refused.problem.detail ?? '')}`.trim(),
        remedy: 'It is tried again by itself.',
      };
    case 'resyncing':
      return {
        code: 'resyncing',
        because: `Everything is pulled anew (${turn.meta('server').resync?.reason ?? ''}).`,
        remedy: 'Wait for the pull to end.',
      };
    default:
      return null;
  }
}
