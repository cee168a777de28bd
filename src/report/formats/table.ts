import type { ReportModel } from '../model.ts';
import { formatJsonLines } from './json-lines.ts';
import { formatJunit } from './junit.ts';
import { formatText } from './text.ts';

/** Makes a whole report as text. */
export type ReportFormat = (model: ReportModel, options: { readonly timestamp: string }) => string;

/** Every format of `--report FORMAT:FILE`, in the order of docs and messages. */
export const reportFormats: Readonly<Record<string, ReportFormat>> = {
  text: (model) => formatText(model, { color: false, stories: 'all' }),
  'json-lines': formatJsonLines,
  junit: formatJunit,
};
