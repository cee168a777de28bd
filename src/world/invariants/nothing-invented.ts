import type { Json, JsonObject } from '../../lib/json.ts';
import { type Ledger, type RowPlace, rowKeyOf, tokensOf } from '../ledger.ts';
import type { Findings, Invariant } from './invariant.ts';

/** Every value shown anywhere was written by somebody of the same user. */
export const nothingInvented: Invariant = {
  name: 'nothing-invented',
  claim: 'Every value that is shown or held was written by someone of the same user.',
  atLook: (look, ledger, findings) => check(look, look.data, { ledger, findings, holder: look.device }),
  atRest: ({ server, ledger }, findings) => {
    for (const [user, rows] of server) {
      for (const row of rows) check({ ...row, user }, row.data, { ledger, findings, holder: 'the server' });
    }
  },
};

interface On {
  readonly ledger: Ledger;
  readonly findings: Findings;
  readonly holder: string;
}

function check(place: RowPlace, data: JsonObject, { ledger, findings, holder }: On): void {
  const type = ledger.typeOf(place.entityType);
  if (type === undefined || type.catalogue || ledger.reopened.has(rowKeyOf(place))) return;
  for (const [name, value] of Object.entries(data)) {
    const field = type.fields[name];
    if (field === undefined || field.owner !== 'user' || field.merge === 'counter') continue;
    if (ledger.isReference(place.entityType, name)) continue;
    for (const token of tokensOf(value).filter(isToken)) {
      if (ledger.isInitial(place, name, token)) continue;
      findings.counts();
      if (ledger.writersOf(place, name, token).length === 0)
        findings.found(
          `${holder} has ${place.entityType}/${place.row} ${name} ${JSON.stringify(token)}, which ${place.user} never wrote`,
        );
    }
  }
}

/** What the story made up; null and empty text may be a field's beginning. */
function isToken(value: Json): boolean {
  return value !== null && value !== '' && typeof value !== 'boolean';
}
