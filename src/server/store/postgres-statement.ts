/** A statement that is prepared once per connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Gives statements their names: those of the members. */
export function statements<Names extends string>(
  texts: Readonly<Record<Names, string>>,
): Readonly<Record<Names, Statement>> {
  const named = Object.entries<string>(texts).map(([name, text]) => [name, { name, text }] as const);
  return Object.fromEntries(named) as Readonly<Record<Names, Statement>>;
}

/** Values of a statement's parameters. */
export type Value = string | number | boolean | null | readonly (string | number | boolean | null)[];

/** Runs statements, one after the other, on one connection. */
export interface Session {
  /** The rows that a statement gives. */
  rows<Row>(statement: Statement, values: readonly Value[]): Promise<Row[]>;
  /** How many rows a statement wrote. */
  run(statement: Statement, values: readonly Value[]): Promise<number>;
}
