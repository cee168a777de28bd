import { httpTransport } from '../../../src/adapters/node/transport-http.ts';
import { fetchTransport } from '../../../src/adapters/portable/transport-fetch.ts';
import type { TransportOptions } from '../../../src/adapters/portable/transport-over-wire.ts';
import type { Transport } from '../../../src/ports/transport.ts';

/** What the contract suite asks a transport to be made of. */
export interface ContractOptions extends TransportOptions {
  readonly baseUrl: string;
}

/** Every transport over HTTP: the suite beside this file runs for each. A new adapter adds its line here. */
export const transports: readonly { readonly name: string; make(options: ContractOptions): Transport }[] = [
  { name: 'the transport over undici', make: httpTransport },
  {
    name: 'the transport over fetch',
    make: (options) =>
      fetchTransport({
        ...options,
        fetch: (url, request) => globalThis.fetch(url, request),
        controller: () => new AbortController(),
      }),
  },
];
