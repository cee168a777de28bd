import { environmentToken } from '../adapters/node/token-environment.ts';
import { fileToken } from '../adapters/node/token-file.ts';
import { fixedToken } from '../adapters/portable/token-fixed.ts';
import type { TokenSource } from '../ports/transport.ts';
import { isLoopback, tokenMissing } from './server-line.ts';
import type { Terminal } from './terminal.ts';

/**
 * Tokens of the users of a story at the server of `url`: from the file of `user=file`, else from the file given without
 * a user, else from `GURAS_TOKEN`; on this machine else the user's name, which a server with `--auth none` takes.
 */
export function runTokens(
  url: string,
  { files, environment }: { readonly files: readonly string[]; readonly environment: Terminal['environment'] },
): (user: string) => TokenSource {
  const named = new Map(files.map(split));
  return (user) => {
    const file = named.get(user) ?? named.get(null);
    if (file !== undefined) return fileToken(file);
    if ((environment.GURAS_TOKEN ?? '') !== '') return environmentToken('GURAS_TOKEN');
    if (isLoopback(url)) return fixedToken(user);
    throw tokenMissing(url, `--token-file ${user}=FILE`);
  };
}

function split(text: string): readonly [user: string | null, file: string] {
  const at = text.indexOf('=');
  return at < 1 ? [null, text] : [text.slice(0, at), text.slice(at + 1)];
}
