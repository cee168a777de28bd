import type { Shard } from '../explore/seed-list.ts';
import { usageError } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** A campaign that is played in one piece. */
const whole: Shard = { index: 1, total: 1 };

/**
 * The part of a campaign that `--shard` names: `2/5`, or `auto` for what the place sets that runs the parts: a matrix
 * (`CI_NODE_INDEX` from 1, `CI_NODE_TOTAL`) or an indexed job (`JOB_COMPLETION_INDEX` from 0; their number is not set
 * there, so it is written: `auto/5`).
 */
export function readShard(written: string | undefined, environment: Terminal['environment']): Shard {
  if (written === undefined) return whole;
  const match = /^(auto|\d+)(?:\/(\d+))?$/.exec(written);
  const [, index, total] = match ?? [];
  const shard = index === 'auto' ? autoShard(total, environment) : { index: Number(index), total: Number(total) };
  const isShard = shard.index >= 1 && shard.index <= shard.total;
  if (match === null || !isShard)
    throw usageError(
      `--shard ${written}: part of how many, like 2/5`,
      'or auto, auto/5 where the parts are started by a matrix or an indexed job',
    );
  return shard;
}

function autoShard(total: string | undefined, environment: Terminal['environment']): Shard {
  const { CI_NODE_INDEX: node, CI_NODE_TOTAL: nodes, JOB_COMPLETION_INDEX: completion } = environment;
  if (completion !== undefined) return { index: Number(completion) + 1, total: Number(total) };
  return { index: Number(node), total: Number(total ?? nodes) };
}
