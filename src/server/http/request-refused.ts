import type { Refusal } from '../decide/refusal.ts';

/** Ends the handling of a request with a refusal. Only thrown and caught within `server/http`. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly refusal: Refusal;
  readonly headers: Readonly<Record<string, string>>;

  constructor(refusal: Refusal, options: ErrorOptions & { readonly headers?: Readonly<Record<string, string>> } = {}) {
    super(refusal.problem.code, options);
    this.refusal = refusal;
    this.headers = options.headers ?? {};
  }
}
