import { type FaultSetting, faultSchema } from '../../faults/table.ts';
import type { Disturbance } from './disturbance.ts';
import { kindsOf, type SweepKeyword, type SweepKind } from './keywords.ts';
import type { RequestPoint, Survey, WritePoint } from './survey.ts';

/** A fault that a sweep puts on every request. `tell` says it of a request: `push 2 of phone`. */
interface Put {
  readonly setting: FaultSetting;
  readonly tell: (request: string) => string;
}

const puts: Readonly<
  Record<Exclude<SweepKind, 'crash-at-every-step' | 'crash-at-every-answer' | 'fail-every-write'>, readonly Put[]>
> = {
  'lose-every-leg': [
    put('lose-request', (request) => `lose ${request}`),
    put('lose-response', (request) => `lose the answer of ${request}`),
  ],
  'duplicate-every-leg': [
    put('duplicate', (request) => `duplicate ${request}`),
    put({ duplicate: { after: '1m' } }, (request) => `duplicate ${request} a minute later`),
  ],
  'delay-every-leg': [
    put({ delay: '20s' }, (request) => `delay ${request}`),
    put({ delay: '20s', leg: 'response' }, (request) => `delay the answer of ${request}`),
  ],
  'expire-token-at-every-request': [put({ status: 401 }, (request) => `expire the token at ${request}`)],
};

/** All disturbances that a sweep makes of what the survey found: by way, then by point, then by leg. */
export function disturbancesOf(keyword: SweepKeyword, survey: Survey): readonly Disturbance[] {
  return kindsOf(keyword).flatMap((kind) => {
    if (kind === 'crash-at-every-step') return killsOf(survey);
    if (kind === 'crash-at-every-answer') return survey.requests().flatMap(crashesAt);
    if (kind === 'fail-every-write') return survey.writes().map(failAt);
    return survey.requests().flatMap((point) => puts[kind].map((one) => faultAt(point, one)));
  });
}

function killsOf(survey: Survey): readonly Disturbance[] {
  return survey.steps().flatMap(({ step, running }) =>
    running.map((device): Disturbance => {
      const name = `kill ${device} before ${step === null ? 'the end' : `step ${step}`}`;
      return { kind: 'kill', name, device, step };
    }),
  );
}

function crashesAt({ device, call, request, isKept }: RequestPoint): readonly Disturbance[] {
  if (!isKept) return [];
  const answer = `it keeps the answer of ${call} ${request}`;
  const at = { kind: 'crash', device, call, request } as const;
  return [
    { ...at, moment: 'before', name: `kill ${device} before ${answer}` },
    { ...at, moment: 'after', name: `kill ${device} right after ${answer}` },
  ];
}

function failAt({ device, commit, event }: WritePoint): Disturbance {
  return { kind: 'write', name: `fail write ${commit} of ${device} (${event})`, device, commit };
}

function faultAt({ device, call, request }: RequestPoint, { setting, tell }: Put): Disturbance {
  return { kind: 'fault', name: tell(`${call} ${request} of ${device}`), device, call, request, setting };
}

function put(written: unknown, tell: Put['tell']): Put {
  return { setting: faultSchema.parse(written), tell };
}
