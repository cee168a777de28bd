import { chdir, cwd } from 'node:process';
import { guras } from '../cli/captured-terminal.ts';
import type { Block } from './page.ts';

/** A command line of a page, without the name of the tool, and the output below it. */
export interface Told {
  readonly line: string;
  readonly output: string;
}

/** The command lines of the blocks of one kind (`console`), with the output below each, in order. */
export function toldIn(blocks: readonly Block[], info: string): readonly Told[] {
  return blocks
    .filter((block) => block.info === info)
    .flatMap(({ text }) => text.split(/^\$ guras-sync /m).slice(1))
    .map((part) => ({ line: part.slice(0, part.indexOf('\n')), output: part.slice(part.indexOf('\n') + 1) }));
}

/** The words of a command line as a shell splits them; quotation marks keep words together. */
export function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:"[^"]*"|[^\s"]+)+/g)].map(([word]) => word.replaceAll('"', ''));
}

/** Text as a pattern: `…` stands for anything on its line. */
export function patternOf(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '[^\\n]*');
}

/** What the tool prints for a line of a page, to both streams, when run in `folder`; the documented server is `serverUrl`. */
export async function printedFor(
  line: string,
  { folder, serverUrl }: { readonly folder: string; readonly serverUrl: string },
): Promise<string> {
  const home = cwd();
  chdir(folder);
  try {
    const { stdout, stderr } = await guras(wordsOf(line.replaceAll('http://127.0.0.1:8080', serverUrl)));
    return stdout + stderr;
  } finally {
    chdir(home);
  }
}
