import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { present } from '../lib/assert.ts';
import { findPostgres, type PostgresPrograms, postgresHint } from './postgres-programs.ts';

/** A PostgreSQL of our own can't be had. The message says why, and how to come by one. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
}

/**
 * The watch over a server: it ends the server when its line to us does, so also when this process is killed, and then removes
 * the data; `keep` on the line ends the server and keeps them.
 */
const watch = `"$1" -D "$2/data" -k "$2" $3 & server=$!
read -r word
kill -INT $server 2>/dev/null
wait $server 2>/dev/null
[ "$word" = keep ] || rm -rf "$2"`;

/**
 * What a throw-away server needs not do: it survives kills of its processes, not a power cut. Only the owner of its
 * folder reaches it.
 */
const settings = [
  'listen_addresses=',
  'fsync=off',
  'full_page_writes=off',
  'max_connections=200',
  'shared_buffers=64MB',
  'max_wal_size=512MB',
  'lc_messages=C',
];

const startMs = 60_000;

/** A PostgreSQL of our own in a folder of its own, reached by a socket in it. It ends with this process, however this ends. */
export class PostgresCluster {
  readonly #programs: PostgresPrograms;
  readonly #folder: string;
  #watch: ChildProcess | null = null;

  private constructor(programs: PostgresPrograms, folder: string) {
    this.#programs = programs;
    this.#folder = folder;
  }

  /** Makes and starts one. Rejects with PostgresError. */
  static async start(): Promise<PostgresCluster> {
    const programs = findPostgres();
    if (programs === null) throw new PostgresError(`There is no PostgreSQL on this machine: ${postgresHint}.`);
    const folder = mkdtempSync(join(tmpdir(), 'guras-pg-'));
    const { uid, gid } = owner();
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    chmodSync(folder, 0o700);
    const cluster = new PostgresCluster(programs, folder);
    try {
      await cluster.#make();
      await cluster.restart();
    } catch (error) {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    return cluster;
  }

  /** The address of one of its databases; `postgres` is there from the beginning. */
  url(database: string): string {
    return `postgres://postgres@localhost/${encodeURIComponent(database)}?host=${encodeURIComponent(this.#folder)}`;
  }

  /** Kills the server as a crash of its machine's memory would: without any warning to its processes. */
  kill(): void {
    process.kill(this.pid, 'SIGKILL');
  }

  /** The process of the server, of which those of its connections are children. */
  get pid(): number {
    return Number(readFileSync(join(this.#folder, 'data', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
  }

  /** Starts it again after a kill, on the same data. Resolves when it takes connections. */
  async restart(): Promise<void> {
    await this.#end('keep');
    const flags = settings.flatMap((setting) => ['-c', setting]).join(' ');
    const child = spawn('sh', ['-c', watch, 'postgres', this.#programs.postgres, this.#folder, flags], {
      ...owner(),
      cwd: '/',
      // Ctrl-C reaches every process of the terminal: those who use the server end first.
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.#watch = child;
    await ready(child);
    // Nobody waits for it: a process that has nothing else to do ends, and the server with it.
    child.unref();
    for (const stream of [child.stdin, child.stderr]) (stream as unknown as { unref?(): void } | null)?.unref?.();
  }

  /** Ends it and removes its data. Safe to call twice. */
  async stop(): Promise<void> {
    await this.#end('drop');
  }

  async #end(word: 'keep' | 'drop'): Promise<void> {
    const child = this.#watch;
    this.#watch = null;
    if (child === null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    present(child.stdin, 'the watch has a line').end(`${word}\n`);
    await exited;
  }

  async #make(): Promise<void> {
    const args = [
      '-D',
      join(this.#folder, 'data'),
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ];
    const child = spawn(this.#programs.initdb, args, { ...owner(), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    const said = listen(child);
    const code = await new Promise((resolve) => {
      child.once('error', resolve);
      child.once('exit', resolve);
    });
    if (code !== 0)
      throw new PostgresError(`A database could not be made: ${said() || String(code)}. Or ${postgresHint}.`);
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that owns nothing. */
function owner(): Pick<SpawnOptions, 'uid' | 'gid'> {
  if (process.getuid?.() !== 0) return {};
  const { uid, gid } = nobody();
  return { uid, gid };
}

function nobody(): { readonly uid: number; readonly gid: number } {
  for (const name of ['postgres', 'nobody']) {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new PostgresError(`As ${userInfo().username}, PostgreSQL needs a user called postgres or nobody to run as.`);
}

/** Gathers what a process says of its troubles; gives the end of it. */
function listen(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text = `${text}${part}`.slice(-2_000);
  });
  return () => text.trim();
}

function ready(child: ChildProcess): Promise<void> {
  const said = listen(child);
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new PostgresError(`PostgreSQL did not start: ${why} ${said()}`.trim()));
    const timer = setTimeout(() => fail('it took too long.'), startMs);
    child.once('error', ({ message }) => fail(message));
    child.once('exit', () => fail('it ended.'));
    child.stderr?.on('data', () => {
      if (!said().includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}
