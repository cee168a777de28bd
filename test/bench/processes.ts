import { type ChildProcess, fork } from 'node:child_process';
import type { Sample, ServeJob } from './arms/arm.ts';
import type { BuiltArm } from './build.ts';
import type { ClientJob, Reply } from './client.ts';

/** Runs one job in a client process of its own. Rejects with the process's own words when it fails. */
export async function runClient(arm: BuiltArm, job: ClientJob): Promise<Sample | null> {
  const child = await start(arm.clientProgram, arm.clientModule);
  try {
    return await ask<Sample | null>(child, job);
  } finally {
    await end(child);
  }
}

/** A server in a process of its own. */
export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the arm's server and waits until it holds its seed and listens. */
export async function startServer(arm: BuiltArm, job: ServeJob): Promise<RunningServer> {
  const child = await start(arm.serverProgram, arm.serverModule);
  try {
    return { url: await ask<string>(child, job), stop: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

/** Forks a program and waits until it has loaded its arm. NODE_ENV spares the peers their development checks. */
function start(program: string, module: string): Promise<ChildProcess> {
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = fork(program, [module], { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${module} ended with ${code} while loading`)));
  });
}

function ask<T>(child: ChildProcess, job: ClientJob | ServeJob): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => reject(new Error(`the process ended with ${signal ?? code} during its work`)));
    child.once('message', (reply: Reply<T>) => {
      if (reply.ok) resolve(reply.value);
      else reject(new Error(reply.message));
    });
    child.send(job);
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
