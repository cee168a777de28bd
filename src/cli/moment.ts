/** Wall time in ms as people and scripts read it, `2026-03-01T07:30:00Z`; ms are left out. */
export function formatMoment(ms: number): string {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? String(ms) : `${time.toISOString().slice(0, 19)}Z`;
}

/** The same, or a word for "not yet". */
export function formatMomentOr(ms: number | null, absent: string): string {
  return ms === null ? absent : formatMoment(ms);
}
