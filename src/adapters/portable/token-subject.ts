const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Whose token it is: the `sub` of a JWT, or null for a token that is none. Nothing is verified: the server does that;
 * this only keeps one user's work from being sent with another user's token.
 */
export function subjectOf(token: string): string | null {
  const parts = token.split('.');
  if (parts.length !== 3) return null;
  try {
    const claims: unknown = JSON.parse(textOfBase64Url(parts[1] ?? ''));
    const sub = typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>).sub : null;
    return typeof sub === 'string' && sub !== '' ? sub : null;
  } catch {
    return null;
  }
}

/** The UTF-8 text in a base64url text; portable code has no decoder of the platform. Throws when it is none. */
function textOfBase64Url(text: string): string {
  let escaped = '';
  let bits = 0;
  let held = 0;
  for (const letter of text.replace(/=+$/, '')) {
    const value = alphabet.indexOf(letter);
    if (value < 0) throw new SyntaxError('not base64url');
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    escaped += `%${((held >> bits) & 0xff).toString(16).padStart(2, '0')}`;
    held &= (1 << bits) - 1;
  }
  return decodeURIComponent(escaped);
}
