import { createHash } from 'node:crypto';
import { html, type Markup, trusted } from './markup.ts';
import { pageScript } from './script.ts';
import { pageStyle } from './style.ts';

/** What a page shows. */
export interface PageParts {
  readonly title: string;
  readonly head: Markup;
  readonly parts: readonly Markup[];
  /** Style beside that of all pages. */
  readonly style?: string;
}

/** A page that needs nothing else: its policy allows no network and no script but its own. */
export function wholePage({ title, head, parts, style = '' }: PageParts): string {
  return `<!doctype html>\n${html`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} - guras-sync</title><style>${trusted(pageStyle + style)}</style></head><body><header>${head}</header><main>${parts}</main><script>${trusted(pageScript)}</script></body></html>`.text}\n`;
}

const scriptHash = createHash('sha256').update(pageScript).digest('base64');
const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; base-uri 'none'; form-action 'none'`;
