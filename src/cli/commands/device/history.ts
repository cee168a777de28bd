import { gurasRegistry } from '../../../core/model/entities/registry.ts';
import { type HistoryAnswer, historyAnswerSchema } from '../../../core/protocol/messages.ts';
import type { LogEntry } from '../../../core/sync/tables.ts';
import { type Invocation, type Leaf, textAt } from '../../command.ts';
import { counted } from '../../counted.ts';
import { exit, worldError } from '../../exit.ts';
import { entityTypeNamed } from '../../field-values.ts';
import { formatMoment } from '../../moment.ts';
import { readSource } from '../../open-source.ts';
import type { Output } from '../../output.ts';
import { addServerOptions, type ServerAddress, serverNamed } from '../../server-line.ts';
import { versionTable } from '../../version-lines.ts';

/** `device history`: what became of changes of a row on this device, and with a server all versions it keeps. */
export const history: Leaf = {
  shape: (command) => {
    command
      .argument('<file>', 'the device')
      .argument('<type>', 'entity type, like meditation')
      .argument('<id>', 'id of the row');
    addServerOptions(command);
  },
  examples: [
    ['device history phone.db meditation s1', "prints the device's own log of the row"],
    ['device history phone.db meditation s1 --server http://127.0.0.1:8080', "prints the server's versions as well"],
  ],
  run: async (invocation) => {
    const { name } = entityTypeNamed(gurasRegistry, textAt(invocation, 1));
    const entityId = textAt(invocation, 2);
    const file = textAt(invocation, 0);
    const log = readSource(file, (rows) => rows.scan('log')).filter(
      (entry) => entry.entityType === name && entry.entityId === entityId,
    );
    const waiting = readSource(file, (rows) => rows.count('items', { index: 'byEntity', prefix: [name, entityId] }));
    const server = serverNamed(invocation);
    const versions = server === null ? null : (await serverHistory(invocation, server)).versions;
    const { output } = invocation;
    output.result({ entityType: name, entityId, log, waiting, versions }, () => [
      ...logLines(log, output),
      ...(waiting === 0 ? [] : [waitingLine(waiting, file)]),
      ...(versions === null ? [] : versionLines(versions, output)),
    ]);
    return exit.ok;
  },
};

async function serverHistory(invocation: Invocation, server: ServerAddress): Promise<HistoryAnswer> {
  const { askServer } = await import('../../ask-server.ts');
  const path = [textAt(invocation, 1), textAt(invocation, 2)];
  const place = { server, file: textAt(invocation, 0), terminal: invocation.terminal };
  const answer = historyAnswerSchema.safeParse(await askServer({ name: 'history', body: () => ({ path }) }, place));
  if (answer.success) return answer.data;
  throw worldError(`${server.url} answered no history`, 'check that the address is that of a sync server');
}

function logLines(log: readonly LogEntry[], output: Output): readonly string[] {
  if (log.length === 0) return ['on this device: no change was merged, refused, decided or taken back'];
  const rows = log.map(({ atMs, kind, changeId, by, detail }) => [
    formatMoment(atMs),
    kind,
    changeId ?? '',
    by ?? '',
    detail,
  ]);
  const titles = ['at', 'what', 'change', 'taken over by', 'detail'].map((title) => ({
    title,
    elastic: title === 'detail',
  }));
  return ['on this device:', ...output.table(titles, rows)];
}

function waitingLine(count: number, file: string): string {
  return `${counted(count, 'change')} ${count === 1 ? 'waits' : 'wait'} for the server: guras-sync queue list ${file}`;
}

function versionLines(versions: HistoryAnswer['versions'], output: Output): readonly string[] {
  if (versions.length === 0) return ['at the server: no change of it'];
  return ['at the server:', ...versionTable(versions, output)];
}
