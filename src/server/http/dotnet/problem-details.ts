import { randomBytes } from 'node:crypto';

/** What the framework says of a status by itself. 410 has no entry there: such an answer is written by the team's own code. */
const defaults: Readonly<Record<number, readonly [section: string, title: string]>> = {
  400: ['15.5.1', 'Bad Request'],
  409: ['15.5.10', 'Conflict'],
  415: ['15.5.16', 'Unsupported Media Type'],
  426: ['15.5.22', 'Upgrade Required'],
  500: ['15.6.1', 'An error occurred while processing your request.'],
};

/** The beginning of every problem document: type and title of the status, as ASP.NET Core 8 fills them in. */
export function problemDetails(status: number): Readonly<Record<string, unknown>> {
  const [section, title] = defaults[status] ?? [null, 'Error'];
  const type = section === null ? {} : { type: `https://tools.ietf.org/html/rfc9110#section-${section}` };
  return { ...type, title, status };
}

/** The `traceId` of a problem: the caller's trace with a span of this server's, or a trace of its own. Not recorded: flags 00. */
export function traceIdOf(traceparent: unknown): string {
  const given =
    typeof traceparent === 'string' ? /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(traceparent) : null;
  const trace = given?.[1] ?? randomBytes(16).toString('hex');
  return `00-${trace}-${randomBytes(8).toString('hex')}-${given?.[2] ?? '00'}`;
}
