// The process of all servers that the live stages of one runner use. It is started by server-host.ts, speaks with it over the
// channel that Node opens between parent and child, and ends when that channel does.
import type { HostMessage, Question } from './host-messages.ts';
import { HostedSite } from './hosted-site.ts';

const sites = new Map<number, HostedSite>();

function tell(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}

async function answer({ n, server, name, asks }: Question): Promise<void> {
  const site = sites.get(server) ?? new HostedSite((served) => tell({ kind: 'served', server, served }));
  sites.set(server, site);
  try {
    tell({ kind: 'gives', n, gives: await site.answer(name, asks) });
  } catch (error) {
    tell({ kind: 'fails', n, message: `the server of the stage: ${error instanceof Error ? error.message : error}` });
  }
  if (name === 'close') sites.delete(server);
}

async function end(): Promise<void> {
  await Promise.allSettled([...sites.values()].map((site) => site.close()));
  process.exit(0);
}

process.on('message', (question) => void answer(question as Question));
process.on('disconnect', () => void end());
// Ctrl-C reaches every process of the terminal: the runner decides, and closes the channel when it ends.
process.on('SIGINT', () => undefined);
tell({ kind: 'ready' });
