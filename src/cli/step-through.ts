import { visible } from '../lib/visible.ts';
import type { BeforeStep } from '../scenario/before-step.ts';
import { formatPlace } from '../scenario/language/place.ts';
import { formatStoryTime } from '../scenario/story-time.ts';
import type { StageDevice } from '../stage/device.ts';
import type { Stage } from '../stage/stage.ts';
import { counted } from './counted.ts';
import { usageError } from './exit.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

/** What `--step` needs: somebody who reads and presses Enter, and a world whose time can stand still. */
export function checkStepping({ on, terminal }: { readonly on: string; readonly terminal: Terminal }): void {
  if (on !== 'sim') throw usageError(`--step does not work --on ${on}: real time would go on`, 'leave out --on');
  if (terminal.stdin.isTTY && terminal.stderr.isTTY) return;
  throw usageError('--step needs a terminal: it waits for Enter before each step', 'leave out --step');
}

/**
 * Stops before each step, shows how every device is, and goes on at Enter; at `c` or the end of the input it goes on to the
 * end of all runs. It speaks on standard error: standard output stays the report's.
 */
export function stepThrough(terminal: Terminal, output: Output): BeforeStep {
  let stops = true;
  let isFirst = true;
  return async ({ text, place, stage }) => {
    if (!stops) return;
    if (isFirst) output.note('Enter goes on, c and Enter goes on to the end, Ctrl-C ends');
    isFirst = false;
    for (const line of await stageLines(stage)) output.note(line);
    const where = place === null ? '' : ` (${formatPlace(place)})`;
    terminal.stderr.write(`${output.notePaint.bold(`next: ${visible(text)}`)}${visible(where)} `);
    const answer = await terminal.readLine();
    if (answer === null) output.note('');
    stops = answer !== null && answer.trim().toLowerCase() !== 'c';
  };
}

async function stageLines({ clock, devices }: Stage): Promise<readonly string[]> {
  const all = [...devices.values()];
  const width = all.reduce((widest, { name }) => Math.max(widest, name.length), 0);
  const states = await Promise.all(all.map(stateOf));
  return [
    `-- ${formatStoryTime(clock.nowMs())}`,
    ...all.map(({ name }, index) => `   ${visible(name).padEnd(width)}  ${states[index] ?? ''}`),
  ];
}

async function stateOf(device: StageDevice): Promise<string> {
  const line = device.isOnline() ? 'online' : 'no line';
  const engine = device.engine();
  if (engine === null) return `killed after life ${device.lives()}, ${line}`;
  const status = await engine.status();
  const queued = Object.values(status.items).reduce((sum, count) => sum + count, 0);
  const items = Object.entries(status.items).filter(([, count]) => count > 0);
  const queue =
    queued === 0
      ? 'queue empty'
      : `${counted(queued, 'item')} (${items.map(([state, count]) => `${count} ${state}`).join(', ')})`;
  const conflicts = status.conflicts === 0 ? [] : [counted(status.conflicts, 'conflict')];
  const waits = status.waitingFor === null ? [] : [`waits: ${status.waitingFor}`];
  return [line, `life ${device.lives()}`, status.synced ? 'synced' : status.phase, queue, ...conflicts, ...waits].join(
    ', ',
  );
}
