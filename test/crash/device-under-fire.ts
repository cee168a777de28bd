import type { BuiltTool } from '../process/built-tool.ts';
import { Child } from '../process/child.ts';
import type { WatchedLine } from '../process/watched-line.ts';
import { readCrashedFile } from './crashed-file.ts';
import type { Ledger } from './ledger.ts';
import { type Life, momentName } from './moment.ts';
import type { Tally } from './tally.ts';
import type { WriterJob, WriterLine } from './writer-lines.ts';

/** What a device under fire is made of. */
export interface DeviceUnderFireParts {
  readonly name: string;
  readonly file: string;
  readonly tool: BuiltTool;
  readonly line: WatchedLine;
  readonly ledger: Ledger;
  readonly tally: Tally;
  readonly seed: string;
}

/** A life whose moment has not come this long after it had nothing more to do is killed all the same, ms. */
const idleMs = 1_500;
/** A process that does not even get that far is killed after this, ms. */
const lifeMs = 10_000;
const writesMax = 25;
/** The writer has made its writes, or a watching device is in sync. */
const idleLine = /^\{"kind":"idle"|synced: /;
const beginLine = /^\{"kind":"begin"/;
const knownMax = 8;

/** A device's file on which processes work until they are killed, each where the last one left it. */
export class DeviceUnderFire {
  readonly #parts: DeviceUnderFireParts;
  #lives = 0;
  /** How long a `device create` takes from start to end, ms. */
  #createMs = 400;
  /** What the kill before left: it is not counted again. */
  #left = { life: 0, openFrames: 0 };

  constructor(parts: DeviceUnderFireParts) {
    this.#parts = parts;
  }

  get usualMs(): number {
    return this.#createMs;
  }

  /** One life and its end. `meanwhile` runs beside it, and the moment of the kill comes after it. */
  async live(life: Life, meanwhile: (ended: Promise<unknown>) => Promise<void>): Promise<void> {
    this.#lives += 1;
    const child = this.#start(life);
    await Promise.race([child.ended, meanwhile(child.ended)]);
    const unanswered = await this.#killAt(child, life);
    const { code, signal, stderr } = await child.ended;
    if (signal !== 'SIGKILL') {
      // Only a command that was quicker than its kill may end by itself, and well.
      if (code !== 0) this.#parts.ledger.problem(`${momentName(life)} ended with ${code}: ${stderr}`);
      return;
    }
    this.#inspect(life, unanswered);
  }

  #start(life: Life): Child {
    if (life.work === 'device create') return this.#startCreate();
    const { tool, file, line } = this.#parts;
    if (life.work !== 'writer') return new Child([tool.command, ...life.work.split(' '), file, '--server', line.url]);
    return this.#startWriter();
  }

  #startWriter(): Child {
    const { tool, file, line, ledger, name, seed } = this.#parts;
    const life = `${name}-${this.#lives}`;
    const known = ledger.rowsOf(name).slice(-knownMax);
    const job: WriterJob = { file, url: line.url, seed: `${seed}/${life}`, life, writes: writesMax, known };
    const child = new Child([tool.program('writer'), JSON.stringify(job)]);
    const answers = new Map<number, (changeIds: readonly string[]) => void>();
    child.onLine((text) => {
      const said = JSON.parse(text) as WriterLine;
      if (said.kind === 'begin') answers.set(said.n, ledger.begin(name, said));
      else if (said.kind === 'done') answers.get(said.n)?.(said.changeIds);
      else if (said.kind === 'refused')
        ledger.problem(`${life}-${said.n} was refused: ${JSON.stringify(said.problem)}`);
    });
    return child;
  }

  #startCreate(): Child {
    const { tool, file, ledger, name } = this.#parts;
    const token = `${name}-${this.#lives}-c`;
    const values = ['sessionId=calm7-1', 'startedAt=2026-03-01T06:30:00Z', 'completedAt=2026-03-01T06:42:00Z'];
    const set = [...values, 'durationSec=720', `notes=${token}`].map((value) => `--set=${value}`);
    const child = new Child([tool.command, 'device', 'create', file, 'meditation', token, ...set, '--json']);
    const answer = ledger.begin(name, { kind: 'begin', n: 0, action: 'create', entityId: token, token, slot: 0 });
    const startedAt = performance.now();
    void child.ended.then(({ code, stdout }) => {
      if (code === 0) this.#createMs = performance.now() - startedAt;
      if (stdout.endsWith('}\n')) answer((JSON.parse(stdout) as { changeIds: string[] }).changeIds);
    });
    return child;
  }

  /** Kills at the moment; gives whether a request was unanswered then. */
  async #killAt(child: Child, life: Life): Promise<boolean> {
    const { line, name } = this.#parts;
    let unanswered = false;
    const kill = (): void => {
      unanswered ||= line.unanswered(name).length > 0;
      child.kill('SIGKILL');
    };
    const timers = [setTimeout(kill, lifeMs)];
    const forget = [
      child.onLine((text) => {
        if (idleLine.test(text)) timers.push(setTimeout(kill, idleMs));
      }),
      this.#armMoment(child, life, kill),
    ];
    const { moment } = life;
    if (moment.kind === 'time') timers.push(setTimeout(kill, moment.afterMs));
    await child.ended;
    for (const stop of forget) stop();
    for (const timer of timers) clearTimeout(timer);
    return unanswered;
  }

  #armMoment(child: Child, { moment, late }: Life, kill: () => void): () => void {
    const { line, name } = this.#parts;
    let left = moment.kind === 'time' ? 0 : moment.nth;
    if (moment.kind === 'write') {
      return child.onLine((text) => {
        if (!beginLine.test(text)) return;
        left -= 1;
        if (left === 0) kill();
      });
    }
    if (moment.kind === 'time') return () => undefined;
    return line.watch((call, point) => {
      if (call.device !== name || point !== moment.at) return undefined;
      left -= 1;
      if (left !== 0) return undefined;
      kill();
      return afterwards(child, late);
    });
  }

  #inspect(life: Life, unanswered: boolean): void {
    const { file, ledger, tally, name } = this.#parts;
    const crashed = readCrashedFile(file);
    const open = ledger.reopened(name, crashed);
    const { life: lifeNumber, openFrames } = crashed;
    tally.add({
      of: 'device',
      moment: momentName(life),
      inFlight: crashed.inFlight > 0 && lifeNumber !== this.#left.life,
      // A command that was killed before it came to its write had none open.
      openTransaction: (openFrames > 0 && openFrames !== this.#left.openFrames) || (life.work === 'writer' && open > 0),
      unanswered,
    });
    this.#left = { life: lifeNumber, openFrames };
  }
}

/** What becomes of the request on the line once its device is dead: it is cut off, or goes on, at once or late. */
async function afterwards(child: Child, late: number | null): Promise<void> {
  await child.ended;
  if (late === null) throw new Error('the line was cut with the device');
  if (late > 0) await new Promise((resolve) => setTimeout(resolve, late));
}
