/**
 * What the `errors` of a .NET validation problem say about the request: the field of the first key, and the change or
 * resolution when all keys that name one name the same. Keys are C# names (`Changes[3].Data`) or paths
 * (`$.changes[3].data.rating`), so case and `$.` do not count. Anything else gives nothing.
 */
export function itemBlamed(errors: unknown, asked: unknown): { readonly field?: string; readonly changeId?: string } {
  if (typeof errors !== 'object' || errors === null || Array.isArray(errors)) return {};
  const paths = Object.keys(errors).map((key) => key.replace(/^\$\.?/, ''));
  const field = paths.find((path) => path !== '');
  const ids = new Set(paths.flatMap((path) => idAt(path, asked)));
  const [changeId] = ids;
  return {
    ...(field === undefined ? {} : { field }),
    ...(ids.size === 1 && changeId !== undefined ? { changeId } : {}),
  };
}

function idAt(path: string, asked: unknown): readonly string[] {
  const match = /^(changes|resolutions)\[(\d+)\]/i.exec(path);
  if (match === null || typeof asked !== 'object' || asked === null) return [];
  const list = (asked as Record<string, unknown>)[(match[1] ?? '').toLowerCase()];
  const item: unknown = Array.isArray(list) ? list[Number(match[2])] : undefined;
  if (typeof item !== 'object' || item === null) return [];
  const id = (item as Record<string, unknown>).id;
  return typeof id === 'string' ? [id] : [];
}
