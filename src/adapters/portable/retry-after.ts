/** Longest wait that a server's `Retry-After` is believed, ms: a day. Anything longer is a mistake or an attack. */
const retryAfterMaxMs = 86_400_000;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Wait asked for by a `Retry-After` header: ms, 0 to {@link retryAfterMaxMs}, or null when there is none or it can't be
 * read. A date is judged by the answer's own `Date`, never by the device's clock; without a `Date` it can't be read.
 */
export function retryAfterMs(header: string | undefined, date: string | undefined): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1_000), retryAfterMaxMs);
  const at = parseHttpDate(text);
  const now = date === undefined ? null : parseHttpDate(date);
  if (at === null || now === null) return null;
  return Math.min(Math.max(at - now, 0), retryAfterMaxMs);
}

/** Ms since 1970 of an HTTP date (`Sun, 06 Nov 1994 08:49:37 GMT`), or null when the text is none. */
export function parseHttpDate(text: string): number | null {
  const match = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/.exec(text.trim());
  if (match === null) return null;
  const month = months.indexOf(match[2] ?? '');
  if (month < 0) return null;
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((at) => Number(match[at])) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month, day, hour, minute, second);
}
