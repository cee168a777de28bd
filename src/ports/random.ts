/** A source of randomness for seeds: the engine draws one seed per life from it. */
export interface Random {
  /** 128 bits as 32 hex digits, different on every call of a real source. */
  seed(): string;
}
