const nsPerMs = 1e6;

/** The machine's monotonic clock, ms since some moment that all processes of the machine share. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / nsPerMs;
}
