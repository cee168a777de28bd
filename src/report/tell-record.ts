import type { JsonObject } from '../lib/json.ts';
import { formatOffset } from '../scenario/language/values.ts';
import type { TraceRecord } from '../trace/record.ts';

/** A record of a story as one line for people, or null for records that only machines read. */
export function tellRecord({ kind, data, lane }: TraceRecord): string | null {
  switch (kind) {
    case 'phase':
    case 'note':
      return String(data.text);
    case 'step':
      return String(data.text);
    case 'expect':
      return data.holds === true ? `expected: ${String(data.text)}` : `FAILED: ${String(data.because)}`;
    case 'line':
      return data.online === true ? 'the line is there' : 'the line is cut';
    case 'life':
      return data.change === 'killed' ? 'the app is killed' : `the app starts, life ${String(data.life)}`;
    case 'phone':
      return `the phone ${String(data.change)}`;
    case 'clock':
      return tellClock(data);
    case 'refused':
      return `refused: ${String((data.problem as JsonObject | undefined)?.code)}`;
    case 'call':
      return `${String(data.call)}${tellItems(data)} ->`;
    case 'answer':
      return `<- ${String(data.call)}: ${tellOutcome(data)}`;
    case 'fault':
      return `fault ${String(data.fault)} strikes ${String(data.call)}`;
    case 'verdict':
      return `${String(data.entityType)}/${String(data.entityId)}: ${String(data.status)}`;
    case 'server':
      return String(data.change);
    case 'notice':
      return tellNotice(data.notice as JsonObject, lane);
    default:
      return null;
  }
}

function tellClock(data: JsonObject): string {
  if (typeof data.jumpMs === 'number') return `all clocks jump ${formatOffset(data.jumpMs)}`;
  if (typeof data.timeZone === 'string') return `all devices are in the time zone ${data.timeZone}`;
  if (typeof data.driftMs === 'number') return `the clock drifts by ${formatOffset(data.driftMs)} a day`;
  return `the clock is set to true time ${formatOffset(Number(data.offsetMs))}`;
}

function tellItems({ items }: JsonObject): string {
  return typeof items === 'number' && items > 0 ? ` ${items} ${items === 1 ? 'item' : 'items'}` : '';
}

function tellOutcome({ kind, status, reason }: JsonObject): string {
  if (kind === 'answer') return 'ok';
  if (kind === 'problem') return `status ${String(status)}`;
  return kind === 'failure' ? `nothing (${String(reason)})` : String(kind);
}

function tellNotice(notice: JsonObject, lane: string): string {
  const row = notice.entityType === undefined ? '' : ` on ${String(notice.entityType)}/${String(notice.entityId)}`;
  const reason = notice.reason ?? notice.code;
  return `${lane}'s user is told: ${String(notice.kind)}${row}${reason === undefined ? '' : ` (${String(reason)})`}`;
}
