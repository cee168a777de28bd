/** A place in a source file, with the line it stands on, so that it can be shown without the file. */
export interface Place {
  /** As the user named it. */
  readonly file: string;
  /** 1 or more. */
  readonly line: number;
  /** 1 or more, in UTF-16 code units. */
  readonly col: number;
  /** Code units to underline, 1 or more. */
  readonly length: number;
  /** The whole line, without its end. */
  readonly excerpt: string;
}

/** `file:line:col` */
export function formatPlace({ file, line, col }: Place): string {
  return `${file}:${line}:${col}`;
}
