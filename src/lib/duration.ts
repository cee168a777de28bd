const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The shape of a duration as people write it: a number and a unit, `250ms`, `10s`, `1.5m`, `3h`, `2d`, parts may follow each other (`1h30m`). */
export const durationPattern = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** Milliseconds (whole, 0 or more) of a duration text, or null when it is none. The unit is never left out. */
export function parseDuration(text: string): number | null {
  if (!durationPattern.test(text)) return null;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    sum += Number(amount) * unitsMs[unit as keyof typeof unitsMs];
  }
  return Math.round(sum);
}

/** The shortest text that {@link parseDuration} reads back as `ms` (whole, 0 or more): `90000` is `1m30s`. */
export function formatDuration(ms: number): string {
  let rest = ms;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / unitsMs[unit]);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * unitsMs[unit];
  }
  return text === '' ? '0s' : text;
}
