import type { Terminal, TextSink } from './terminal.ts';

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Gives texts a look; where colour is off, they stay as they are. */
export type Paint = { readonly [Look in keyof typeof codes]: (text: string) => string };

/** What decides about colour beside the stream itself. */
export interface ColorWish {
  readonly environment: Terminal['environment'];
  /** False with `--no-color`. */
  readonly wanted: boolean;
}

/** Whether a stream takes colour: not when it is no terminal, `NO_COLOR` is set and not empty, or `TERM` is `dumb`. */
export function takesColor(sink: TextSink, { environment, wanted }: ColorWish): boolean {
  return wanted && sink.isTTY && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb';
}

/** The looks for one stream: none where it takes no colour. */
export function paintFor(sink: TextSink, wish: ColorWish): Paint {
  const isColored = takesColor(sink, wish);
  const looks = Object.entries(codes).map(([look, [on, off]]) => [
    look,
    isColored ? (text: string) => `\u001b[${on}m${text}\u001b[${off}m` : (text: string) => text,
  ]);
  return Object.fromEntries(looks) as Paint;
}
