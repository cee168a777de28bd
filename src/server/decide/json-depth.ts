/** Whether a JSON value is nested deeper than `depthMax` (a text or number has depth 0). Never looks deeper than that. */
export function isDeeperThan(value: unknown, depthMax: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depthMax <= 0) return true;
  for (const item of Object.values(value)) if (isDeeperThan(item, depthMax - 1)) return true;
  return false;
}
