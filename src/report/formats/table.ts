import type { ReportModel } from '../model.ts';
import { formatCtrf } from './ctrf.ts';
import { formatGithub } from './github.ts';
import { formatHtml } from './html.ts';
import { formatJsonLines } from './json-lines.ts';
import { formatJunit } from './junit.ts';
import { formatTap } from './tap.ts';
import { formatText, type TextOptions } from './text.ts';

/** Makes a whole report as text. The time comes in; nothing is read. */
export type ReportFormat = (
  model: ReportModel,
  options: {
    /** When the first run began, ISO 8601. */
    readonly timestamp: string;
    /** How long all runs took together, ms. */
    readonly wallMs: number;
    /** Which runs tell their story, in a format that tells stories. */
    readonly stories: TextOptions['stories'];
  },
) => string;

/** Every format of `--report FORMAT:FILE`, in the order of docs and messages. */
export const reportFormats: Readonly<Record<string, ReportFormat>> = {
  text: (model, { stories }) => formatText(model, { color: false, stories }),
  'json-lines': formatJsonLines,
  junit: formatJunit,
  ctrf: formatCtrf,
  tap: formatTap,
  github: formatGithub,
  html: formatHtml,
};
