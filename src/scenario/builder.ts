import type { Json, JsonObject } from '../lib/json.ts';
import { type ReadOptions, readScenarioData, type ScenarioReading } from './read-scenario.ts';
import type { SweepKeyword } from './sweep/keywords.ts';

/** Anything that a scenario file could say at the same place, as plain data. */
export type Written = JsonObject;

/**
 * Builds a scenario in code: the same words as in a file, the same reading, the same plans. Every call gives a new
 * builder, so that a beginning can be shared.
 *
 * @example
 * scenario('two edits meet')
 *   .device('phone', { user: 'ana' })
 *   .step({ phone: { update: 'meditation/s1', set: { notes: 'calm' } } })
 *   .expect({ all: { 'meditation/s1': { notes: 'calm' } } })
 */
export class ScenarioBuilder {
  readonly #written: JsonObject;

  constructor(written: JsonObject) {
    this.#written = written;
  }

  /** The situation, for reports. */
  about(text: string): ScenarioBuilder {
    return this.#with({ about: text });
  }

  /** Words to choose scenarios by. */
  tags(...tags: readonly string[]): ScenarioBuilder {
    return this.#with({ tags: [...this.#list('tags'), ...tags] });
  }

  /** One more device. */
  device(name: string, device: Written): ScenarioBuilder {
    return this.#with({ devices: { ...this.#mapping('devices'), [name]: device } });
  }

  /** Rows on the server at the start, for one user: file names, or `{ rows, catalogue }`. */
  fixtures(user: string, ...fixtures: readonly Json[]): ScenarioBuilder {
    return this.#with({ fixtures: { ...this.#mapping('fixtures'), [user]: fixtures } });
  }

  /** One column of the matrix. */
  matrix(name: string, values: readonly Json[]): ScenarioBuilder {
    return this.#with({ matrix: { ...this.#mapping('matrix'), [name]: values } });
  }

  /** The next steps, in order. */
  step(...steps: readonly Written[]): ScenarioBuilder {
    return this.#with({ steps: [...this.#list('steps'), ...steps] });
  }

  /** Expectations at the end, in order. */
  expect(...expectations: readonly Written[]): ScenarioBuilder {
    return this.#with({ expect: [...this.#list('expect'), ...expectations] });
  }

  /** Disturbs the story at each of its points; see `sweepVariants`. */
  sweep(how: SweepKeyword): ScenarioBuilder {
    return this.#with({ sweep: how });
  }

  /** The scenario as plain data: what a file would hold. */
  written(): JsonObject {
    return this.#written;
  }

  /** The plans and what is wrong, as for a file. */
  read(options: ReadOptions): ScenarioReading {
    return readScenarioData(this.#written, options);
  }

  #with(more: JsonObject): ScenarioBuilder {
    return new ScenarioBuilder({ ...this.#written, ...more });
  }

  #list(key: string): readonly Json[] {
    return (this.#written[key] as readonly Json[] | undefined) ?? [];
  }

  #mapping(key: string): JsonObject {
    return (this.#written[key] as JsonObject | undefined) ?? {};
  }
}

/** Begins a scenario with its claim. */
export function scenario(claim: string): ScenarioBuilder {
  return new ScenarioBuilder({ scenario: claim, devices: {}, steps: [] });
}
