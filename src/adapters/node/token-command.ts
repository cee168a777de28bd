import { execFile } from 'node:child_process';
import { env } from 'node:process';
import { type TokenSource, TokenUnavailable } from '../../ports/transport.ts';
import { type NewToken, renewedToken } from '../portable/token-renewed.ts';

const timeoutMs = 30_000;
const outputMax = 65_536;

/**
 * The token that a command of the shell prints. It is run at the first call and at each refresh, with `GURAS_USER` set to the
 * user. Printing nothing means signed out; ending with another code than 0 means that no token can be had now. What it
 * says beside is thrown away: it may hold secrets.
 */
export function commandToken(command: string, { user }: { readonly user: string | null }): TokenSource {
  return renewedToken({ make: () => printed(command, user), monoMs: () => performance.now() });
}

function printed(command: string, user: string | null): Promise<NewToken | null> {
  const [shell, flag] = process.platform === 'win32' ? ['cmd.exe', '/c'] : ['/bin/sh', '-c'];
  const environment = user === null ? env : { ...env, GURAS_USER: user };
  const options = {
    env: environment,
    timeout: timeoutMs,
    maxBuffer: outputMax,
    encoding: 'utf8',
    windowsHide: true,
  } as const;
  return new Promise((resolve, reject) => {
    execFile(shell, [flag, command], options, (error, stdout) => {
      const token = stdout.trim();
      if (error !== null) reject(new TokenUnavailable(`the command for the token ${ending(error)}`));
      else resolve(token === '' ? null : { token, livesMs: null });
    }).stdin?.end();
  });
}

/** How the command ended. The error's message holds the command and what it wrote. */
function ending({ code, killed }: { readonly code?: unknown; readonly killed?: boolean }): string {
  if (killed === true) return `took more than ${timeoutMs / 1_000} s`;
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'wrote more than a token has';
  return typeof code === 'number' ? `ended with code ${code}` : 'could not be run';
}
