import { isFields, isListOf, isName, isStamp, isWhole } from './json-shape.ts';
import type { Change } from './messages.ts';

/**
 * Whether a value has the shape of a change: what `changeSchema` says, checked by hand because a push has a thousand, and
 * without making a copy. Stricter in one thing: objects with a key that the schema treats in its own way (`__proto__`,
 * `constructor`) are not taken here. A test compares the two.
 */
export function isChange(value: unknown): value is Change {
  if (!isFields(value)) return false;
  const { action, data, increments, dependsOn, group, groupSize, baseVersion } = value;
  return (
    isName(value.id) &&
    isWhole(value.seq) &&
    isName(value.entityType) &&
    isName(value.entityId) &&
    (action === 'CREATE' || action === 'UPDATE' || action === 'DELETE') &&
    (baseVersion === null || isWhole(baseVersion)) &&
    (data === null || (isFields(data) && !Object.hasOwn(data, 'constructor'))) &&
    (increments === undefined || isPlainFieldsOf(increments, Number.isSafeInteger)) &&
    isPlainFieldsOf(value.stamps, isStamp) &&
    isWhole(value.timestamp) &&
    (dependsOn === undefined || isListOf(dependsOn, isName)) &&
    (group === undefined || isName(group)) &&
    (groupSize === undefined || isWhole(groupSize))
  );
}

function isPlainFieldsOf(value: unknown, isValue: (value: unknown) => boolean): boolean {
  if (!isFields(value)) return false;
  for (const name in value) if (name === '__proto__' || name === 'constructor' || !isValue(value[name])) return false;
  return true;
}
