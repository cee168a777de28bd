import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { guras } from '../cli/captured-terminal.ts';
import { type BuiltTool, buildTool } from '../process/built-tool.ts';
import { Child, endChildren, ran } from '../process/child.ts';
import { Served } from '../process/served.ts';

/** The session that the tests write, as options of `device create`. */
export const session: readonly string[] = [
  '--set=sessionId=calm7-1',
  '--set=startedAt=2026-03-01T06:30:00Z',
  '--set=completedAt=2026-03-01T06:42:00Z',
  '--set=durationSec=720',
];

/** The tool as real processes, with a folder and a server for each test. Everything is ended and gone afterwards. */
export class ToolUnderTest {
  #tool: BuiltTool | null = null;
  #folder = '';
  #served: Served | null = null;

  constructor() {
    beforeAll(async () => {
      this.#tool = await buildTool();
    }, 120_000);
    beforeEach(async () => {
      this.#folder = mkdtempSync(join(this.tool.folder, 'test-'));
      this.#served = new Served(this.tool, this.file('server.db'));
      await this.#served.start();
    });
    afterEach(endChildren);
    afterAll(() => this.#tool?.remove());
  }

  get tool(): BuiltTool {
    if (this.#tool === null) throw new Error('the tool is built before the first test');
    return this.#tool;
  }

  get server(): Served {
    if (this.#served === null) throw new Error('a server is started before each test');
    return this.#served;
  }

  /** A file of the test under way. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  /** Starts the tool and lets it run. */
  start(...args: readonly string[]): Child {
    return new Child([this.tool.command, ...args]);
  }

  /** Runs the tool to its end. */
  run(...args: readonly string[]) {
    return ran([this.tool.command, ...args]);
  }

  /** Runs the tool, which must end well and say nothing on standard error; gives its standard output. */
  async must(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    expect([args.join(' '), code, stderr]).toEqual([args.join(' '), 0, '']);
    return stdout;
  }

  /**
   * The same in the test's own process: for what is not under test, and for edits beside a process that is. Starting
   * one takes longer than its work.
   */
  async here(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await guras(args);
    expect([args.join(' '), code, stderr]).toEqual([args.join(' '), 0, '']);
    return stdout;
  }

  /** Makes a device of ana; gives its file. */
  async device(name: string): Promise<string> {
    const file = this.file(`${name}.db`);
    await this.here('device', 'init', file, '--user', 'ana', '--device-id', name);
    return file;
  }

  /** The ids of ana's rows that the server holds. */
  async rowsAtServer(): Promise<readonly string[]> {
    return (await this.server.user('ana')).rows.map(({ entityId }) => entityId).sort();
  }

  /** The digest of a device's file; `equal` says whether the server's is the same, null that they can't be compared yet. */
  async digest(file: string): Promise<{ readonly equal: boolean | null; readonly types: unknown }> {
    const at = ['--server', this.server.url, '--json'];
    const { code, stdout } = await guras(['device', 'digest', file, '--compare', ...at]);
    const document = JSON.parse(stdout);
    return code === 3 ? { equal: null, types: null } : { equal: document.equal, types: document.device.types };
  }
}
