import * as z from 'zod';
import { type Fault, pass } from './fault.ts';

/** The parsed form: the status the page comes with. */
export interface CaptivePortal {
  readonly fault: 'captive-portal';
  readonly status: number;
}

const page =
  '<!doctype html><html><head><title>Welcome to Guest Wi-Fi</title></head>' +
  '<body><form action="/login"><button>Accept and connect</button></form></body></html>';

/** The Wi-Fi answers with its own sign-in page instead of the server. */
export const captivePortal: Fault<CaptivePortal> = {
  about: 'The line answers with its own HTML sign-in page; the server never sees the request.',
  written: z
    .union([
      z.literal('captive-portal'),
      z.strictObject({ 'captive-portal': z.strictObject({ status: z.number().int().min(200).max(599).optional() }) }),
    ])
    .transform((text) => ({
      fault: 'captive-portal',
      status: text === 'captive-portal' ? 200 : (text['captive-portal'].status ?? 200),
    })),
  rule: (setting, { leg, serverMs }) => {
    if (leg !== 'request') return pass;
    const headers = { 'content-type': 'text/html; charset=utf-8', date: new Date(serverMs).toUTCString() };
    return { kind: 'answer', answer: { status: setting.status, headers, body: page } };
  },
};
