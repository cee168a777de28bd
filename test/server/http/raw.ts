import { once } from 'node:events';
import { connect } from 'node:net';

/** What a server wrote to a connection until it closed it. */
export interface RawAnswer {
  /** 0 when it wrote nothing. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Writes bytes to a server as they are and gives all that it answers until the connection is closed. */
export async function exchange(port: number, ...parts: readonly (string | Buffer)[]): Promise<RawAnswer> {
  const client = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  client.on('data', (chunk) => chunks.push(chunk));
  // A connection that was cut is an answer too.
  client.on('error', () => undefined);
  await once(client, 'connect');
  for (const part of parts) client.write(part);
  await once(client, 'close');
  const text = Buffer.concat(chunks).toString('latin1');
  const [head = '', ...body] = text.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: body.join('\r\n\r\n') };
}

/** The code of an answer that is a problem document of its own status; throws for any other. */
export function problemIn({ status, head, body }: RawAnswer): string {
  const problem = JSON.parse(body.replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, '')) as { code: string; status: number };
  if (!/content-type: application\/problem\+json/i.test(head) || problem.status !== status) {
    throw new Error(`no problem document: ${head}\n${body}`);
  }
  return problem.code;
}
