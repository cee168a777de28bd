import { nodeClock } from '../adapters/node/clock.ts';
import { textFiles } from '../adapters/node/text-files.ts';
import { ServerFaults } from '../live/server-faults.ts';
import { type FaultOrder, readFaultFile } from '../scenario/fault-file.ts';
import { formatDiagnostic } from '../scenario/language/diagnostic.ts';
import { counted } from './counted.ts';
import { usageError } from './exit.ts';

/** How a server is made to fail. */
export interface FaultsWanted {
  /** Faults to start with; null: none, the interface alone. */
  readonly file: string | null;
  /** Draws by rate are keyed by it. */
  readonly seed: string;
  /** Folder of the states that are kept; null keeps them in memory. */
  readonly snapshots: string | null;
}

/** The faults that a server starts with. A file that can't be used ends with all that is wrong with it. */
export function openFaults({ file, seed }: Pick<FaultsWanted, 'file' | 'seed'>): ServerFaults {
  const faults = new ServerFaults({ clock: nodeClock(), seed });
  if (file !== null) faults.add(ordersIn(file));
  return faults;
}

function ordersIn(file: string): readonly FaultOrder[] {
  const text = textFiles.read(file);
  if (text === null) throw usageError(`${file} can't be read`, '--faults takes a file of faults, or stands alone');
  const { orders, diagnostics } = readFaultFile(file, text);
  if (diagnostics.length === 0) return orders;
  throw usageError(
    `${file} has ${counted(diagnostics.length, 'error')}; the server was not started\n${diagnostics.map(formatDiagnostic).join('\n')}`,
  );
}
