import { Agent, request } from 'node:http';

/** The one user of all devices; without accounts the token is the name. */
export const user = 'bench';

/** Counts of what one client sent and received. */
export interface Traffic {
  requests: number;
  sentBytes: number;
  receivedBytes: number;
}

/** Posts JSON text to a path of the server and gives the parsed answer. Throws on any status but 200. */
export type Post = <T>(path: string, body: string) => Promise<T>;

/** A client of one device over one kept connection, and what went through it. */
export function connect(
  url: string,
  deviceId: string,
): { readonly post: Post; readonly traffic: Traffic; readonly close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const traffic = { requests: 0, sentBytes: 0, receivedBytes: 0 };
  const post = async <T>(path: string, body: string): Promise<T> => {
    const text = await send(new URL(path, url), { agent, body, traffic, deviceId });
    return JSON.parse(text) as T;
  };
  return { post, traffic, close: () => agent.destroy() };
}

interface Sending {
  readonly agent: Agent;
  readonly body: string;
  readonly traffic: Traffic;
  readonly deviceId: string;
}

function send(url: URL, { agent, body, traffic, deviceId }: Sending): Promise<string> {
  const bytes = Buffer.from(body);
  traffic.requests++;
  traffic.sentBytes += bytes.length;
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${user}`,
    'content-length': bytes.length,
    'x-device-id': deviceId,
    'x-protocol-version': '1',
    'x-schema-version': '1',
  };
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(parts);
        traffic.receivedBytes += text.length;
        if (answer.statusCode === 200) resolve(text.toString());
        else reject(new Error(`${url.pathname} answered ${answer.statusCode}: ${text.toString().slice(0, 500)}`));
      });
    });
    call.on('error', reject);
    call.end(bytes);
  });
}
