import * as z from 'zod';
import type { CallName } from '../core/protocol/paths.ts';
import type { FaultScope } from '../faults/plan.ts';
import type { FaultSetting } from '../faults/table.ts';
import type { Json } from '../lib/json.ts';
import { type Diagnostic, sortDiagnostics } from './language/diagnostic.ts';
import { issueDiagnostics } from './language/issues.ts';
import { readYaml } from './language/read-yaml.ts';
import { jsonOf, treeOf } from './language/tree.ts';
import { duration } from './language/values.ts';
import { faultsOf, nextFaults } from './steps/faults-next.ts';

const name = z.string().min(1).max(256);

/** Faults of one scope: the words of a scenario's `next`, and whom and when they strike. */
const entrySchema = z.strictObject({
  next: nextFaults,
  device: name.optional().meta({ description: 'only requests of this X-Device-Id' }),
  user: name.optional().meta({ description: 'only requests with a token of this user' }),
  route: z
    .string()
    .max(512)
    .regex(/^(?:[A-Z]+ )?\/[^*\s]*\*?$/, {
      error: 'a route is /path or METHOD /path, with a * at its end for any rest',
    })
    .optional()
    .meta({
      description:
        'only requests to this address: /path or METHOD /path, a * at its end for any rest; `any` of `next` meets them all',
    }),
  after: duration.optional().meta({ description: 'it waits so long before it strikes' }),
  for: duration.optional().meta({ description: 'it is over so long after it began' }),
});

/** A file of faults for a server: what it does wrong, to whom and when. */
export const faultFileSchema = z.strictObject({
  faults: z.array(entrySchema).min(1).meta({ description: 'in this order: the first that fits strikes first' }),
});

/** A fault to be armed; `afterMs` and `forMs` bound its window from the moment of arming. */
export interface FaultOrder {
  readonly setting: FaultSetting;
  readonly scope: Omit<FaultScope, 'fromMs' | 'untilMs'>;
  readonly afterMs: number | null;
  readonly forMs: number | null;
}

/** What was read: faults in written order, and everything that is wrong. With an error there are no faults. */
export interface FaultReading {
  readonly orders: readonly FaultOrder[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a file of faults, YAML or JSON. */
export function readFaultFile(file: string, text: string): FaultReading {
  const { tree, diagnostics } = readYaml(file, text);
  if (tree === null || diagnostics.length > 0) return { orders: [], diagnostics: sortDiagnostics(diagnostics) };
  const parsed = faultFileSchema.safeParse(jsonOf(tree));
  if (parsed.success) return { orders: parsed.data.faults.flatMap(ordersOf), diagnostics: [] };
  const found = issueDiagnostics(parsed.error.issues, tree, faultFileSchema);
  return { orders: [], diagnostics: sortDiagnostics(found) };
}

/** Reads the entries of a file of faults from plain data. */
export function readFaultEntries(entries: readonly unknown[]): FaultReading {
  const written = { faults: entries };
  const parsed = faultFileSchema.safeParse(written);
  if (parsed.success) return { orders: parsed.data.faults.flatMap(ordersOf), diagnostics: [] };
  return { orders: [], diagnostics: issueDiagnostics(parsed.error.issues, treeOf(written as Json), faultFileSchema) };
}

function ordersOf(entry: z.output<typeof entrySchema>): readonly FaultOrder[] {
  const { device, user, route, after: afterMs = null, for: forMs = null } = entry;
  const whom = {
    ...(device === undefined ? {} : { device }),
    ...(user === undefined ? {} : { user }),
    ...(route === undefined ? {} : { route }),
  };
  return faultsOf(entry.next).map(({ call, fault: setting, scope }) => {
    const named = call === 'any' ? {} : { call: call as CallName };
    return { setting, scope: { ...whom, ...named, ...scope }, afterMs, forMs };
  });
}
