/** How a request body may be encoded on the wire. */
export type BodyEncoding = 'br' | 'gzip';

/**
 * What one server is known to accept in request bodies. A server says so by `Accept-Encoding` in an answer (RFC 7694);
 * until it has, and after it answered 415 to an encoded body, bodies go as they are.
 */
export class RequestEncoding {
  readonly #able: readonly BodyEncoding[];
  #accepted: BodyEncoding | null = null;
  #refused = false;

  /** `able`: what this client can produce, best first. */
  constructor(able: readonly BodyEncoding[]) {
    this.#able = able;
  }

  /** The encoding for a body of this many bytes or UTF-16 units; null sends it as it is. */
  choose(size: number): BodyEncoding | null {
    return size < encodeFromBytes ? null : this.#accepted;
  }

  /** Learns from an answer: its status, its `Accept-Encoding`, and how the request was encoded. */
  learn(answer: {
    readonly status: number;
    readonly acceptEncoding: string | undefined;
    readonly sent: BodyEncoding | null;
  }) {
    if (answer.status === 415 && answer.sent !== null) {
      this.#refused = true;
      this.#accepted = null;
    }
    if (answer.acceptEncoding === undefined || this.#refused) return;
    const accepted = acceptedIn(answer.acceptEncoding);
    this.#accepted = this.#able.find((name) => accepted.has(name)) ?? null;
  }
}

/** Bodies below this size are not worth encoding. */
const encodeFromBytes = 1_024;

function acceptedIn(header: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    if (!parameters.some((text) => /^q=0(\.0*)?$/.test(text))) names.add(name);
  }
  return names;
}
