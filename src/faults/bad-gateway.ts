import * as z from 'zod';
import { type Fault, type Leg, pass } from './fault.ts';

/** The parsed form: the status of the page, and whether the server has done the work (`response`). */
export interface BadGateway {
  readonly fault: 'bad-gateway';
  readonly status: number;
  readonly leg: Leg;
}

const titles: Readonly<Record<number, string>> = {
  502: '502 Bad Gateway',
  503: '503 Service Unavailable',
  504: '504 Gateway Time-out',
};

/** A proxy in front of the server answers with its own HTML page. */
export const badGateway: Fault<BadGateway> = {
  about:
    'A proxy in front of the server answers 502 (status: 503 or 504) with an HTML page; leg: response: the server did the work.',
  written: z
    .union([
      z.literal('bad-gateway'),
      z.strictObject({
        'bad-gateway': z.strictObject({
          status: z.union([z.literal(502), z.literal(503), z.literal(504)]).optional(),
          leg: z.enum(['request', 'response']).optional(),
        }),
      }),
    ])
    .transform((text) => {
      const { status = 502, leg = 'request' } = text === 'bad-gateway' ? {} : text['bad-gateway'];
      return { fault: 'bad-gateway', status, leg };
    }),
  rule: ({ status, leg: struck }, { leg, serverMs }) => {
    if (leg !== struck) return pass;
    const title = titles[status] ?? String(status);
    const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`;
    const headers = { 'content-type': 'text/html', date: new Date(serverMs).toUTCString() };
    return { kind: 'answer', answer: { status, headers, body } };
  },
};
