import type { HistoryAnswer } from '../core/protocol/messages.ts';
import { canonicalJson } from '../lib/json.ts';
import { formatMoment } from './moment.ts';
import type { Output } from './output.ts';

/** The versions of a row that a server keeps, oldest first, as a table. */
export function versionTable(versions: HistoryAnswer['versions'], output: Output): readonly string[] {
  const rows = versions.map(({ version, updatedAt, origin, deleted, changed, data, lost }) => [
    String(version),
    formatMoment(updatedAt),
    origin.deviceId,
    deleted ? 'deleted' : changed.map((name) => `${name}: ${canonicalJson(data?.[name] ?? null)}`).join(', '),
    lost === undefined ? '' : canonicalJson(lost),
  ]);
  const titles = ['version', 'at', 'by', 'change', 'lost'].map((title) => ({ title, elastic: title === 'change' }));
  return output.table(titles, rows);
}
