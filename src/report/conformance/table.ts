import type { ConformanceResult } from '../../conformance/result.ts';
import { formatHtml } from './html.ts';
import { formatJson } from './json.ts';
import { formatJunit } from './junit.ts';
import { formatText } from './text.ts';

/** Makes the report of a conformance run as text. */
export type ConformanceFormat = (result: ConformanceResult) => string;

/** Every format of `conformance --report FORMAT:FILE`, in the order of docs and messages. */
export const conformanceFormats: Readonly<Record<string, ConformanceFormat>> = {
  text: (result) => formatText(result),
  json: formatJson,
  junit: formatJunit,
  html: formatHtml,
};
