import { drawnUsers, givenUsers, type UserSource } from '../conformance/users.ts';
import { isLoopback } from './address.ts';
import { usageError } from './exit.ts';
import type { Terminal } from './terminal.ts';
import type { TokensWanted, UserFile } from './token-options.ts';
import { tokenSources } from './token-sources.ts';

/** The names under which the two users of probes are asked for. */
const roles = ['own', 'other'];

/**
 * The users as whom probes ask. Made up for each probe where anybody gets a token: from a test issuer, or on this machine,
 * where the name is sent as the token. Else one or two who exist: of files named `own=` (or by nothing) and `other=`, of a command
 * that is asked for `own` and `other`, or of the environment.
 */
export async function conformanceUsers(
  url: string,
  { wanted, terminal }: { readonly wanted: TokensWanted; readonly terminal: Terminal },
): Promise<UserSource> {
  const files = [...wanted.files, ...wanted.refreshFiles];
  checkRoles(files);
  const tokensOf = await tokenSources({ url, wanted, terminal });
  if (wanted.issuer !== null || isNamed(url, { wanted, terminal })) return drawnUsers(tokensOf);
  if (files.length === 0 && wanted.command === null) return givenUsers(tokensOf(null), null);
  const hasOther = wanted.command !== null || files.some(({ user }) => user === 'other');
  return givenUsers(tokensOf('own'), hasOther ? tokensOf('other') : null);
}

function checkRoles(files: readonly UserFile[]): void {
  const strange = files.find(({ user }) => user !== null && !roles.includes(user));
  if (strange !== undefined) {
    throw usageError(`probes ask as two users, own and other, not as ${strange.user}`, 'write own=FILE and other=FILE');
  }
  if (files.length > 0 && files.every(({ user }) => user === 'other')) {
    throw usageError('the token of the other user stands alone', 'add the one to ask as: own=FILE');
  }
}

/** Whether nothing says where tokens come from, so that the user's name is one. */
function isNamed(
  url: string,
  { wanted, terminal }: { readonly wanted: TokensWanted; readonly terminal: Terminal },
): boolean {
  const { GURAS_TOKEN: token = '', GURAS_REFRESH_TOKEN: refresh = '' } = terminal.environment;
  const isSaid = wanted.command !== null || wanted.files.length > 0 || wanted.refreshFiles.length > 0;
  return !isSaid && token.trim() === '' && refresh.trim() === '' && isLoopback(url);
}
