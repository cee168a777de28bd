import type { Mutant } from '../mutant.ts';

/** Defects of what carries the core: the driver, stores, the reading of answers. */
export const aroundTheCoreDefects: readonly Mutant[] = [
  {
    name: 'index-order-turned-round',
    file: 'src/adapters/portable/memory-table.ts',
    old: 'const { prefix = none, reverse = false, limit = Number.POSITIVE_INFINITY } = scan;',
    new: 'const { prefix = none, limit = Number.POSITIVE_INFINITY } = scan;\n    const reverse = scan.reverse !== true && scan.index !== undefined;',
  },
  {
    name: 'problem-code-not-read',
    file: 'src/adapters/portable/http-exchange.ts',
    old: "{ code: typeof code === 'string' && code !== '' ? code : codeOfStatus(status) }",
    new: '{ code: code === null ? code : codeOfStatus(status) }',
  },
  {
    name: 'acknowledged-before-commit',
    file: 'src/engine/driver.ts',
    old: `    const stepped = this.#parts.storage.transact((rows) => {
      const result = step(this.#parts.setting, this.#state, event, rows);
      return { commit: result.commit, value: result };
    });
`,
    new: `    let early: StepResult | null = null;
    let stepped: Awaitable<StepResult>;
    try {
      stepped = this.#parts.storage.transact((rows) => {
        const result = step(this.#parts.setting, this.#state, event, rows);
        early = result;
        return { commit: result.commit, value: result };
      });
    } catch (error) {
      if (early === null) throw error;
      stepped = early;
    }
`,
  },
  {
    name: 'answer-lost-while-the-store-is-full',
    file: 'src/engine/driver.ts',
    old: "      if (input.kind !== 'request') this.#refused.owe(input, given);\n",
    new: '',
  },
];
