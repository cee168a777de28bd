/** Time since the start of the story as people read it: `0:00:02.120`, with days in front when there are any. */
export function formatStoryTime(atMs: number): string {
  const whole = Math.max(0, Math.floor(atMs));
  const parts = [Math.floor(whole / 3_600_000) % 24, Math.floor(whole / 60_000) % 60, Math.floor(whole / 1_000) % 60];
  const [hours = 0, minutes = 0, seconds = 0] = parts;
  const days = Math.floor(whole / 86_400_000);
  const clock = `${hours}:${pad(minutes, 2)}:${pad(seconds, 2)}.${pad(whole % 1_000, 3)}`;
  return days === 0 ? clock : `${days}d ${clock}`;
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
