import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultsJsonSchema, fixtureJsonSchema, scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { generatedParts, withGeneratedParts } from './scenario-docs.ts';

const isRewrite = process.env.GURAS_GOLDEN === 'rewrite';

function golden(path: string, make: (before: string) => string): { readonly committed: string; readonly made: string } {
  const made = make(isRewrite ? readOrEmpty(path) : readFileSync(path, 'utf8'));
  if (isRewrite) writeFileSync(path, made);
  return { committed: readFileSync(path, 'utf8'), made };
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

describe('what is made from the tables of the language', () => {
  it('the page of the language holds every step and expectation as the tables have them', () => {
    const { committed, made } = golden('docs/scenarios.md', withGeneratedParts);
    expect(committed).toBe(made);
    expect(Object.values(generatedParts()).every((part) => made.includes(part))).toBe(true);
  });

  it('the committed JSON Schema of scenarios is the one the tables make', () => {
    const { committed, made } = golden(
      'docs/scenario.schema.json',
      () => `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`,
    );
    expect(committed).toBe(made);
  });

  it('the committed JSON Schema of fixtures is the one the reader uses', () => {
    const { committed, made } = golden(
      'docs/fixture.schema.json',
      () => `${JSON.stringify(fixtureJsonSchema(), null, 2)}\n`,
    );
    expect(committed).toBe(made);
  });

  it('the committed JSON Schema of files of faults is the one the reader uses', () => {
    const { committed, made } = golden(
      'docs/faults.schema.json',
      () => `${JSON.stringify(faultsJsonSchema(), null, 2)}\n`,
    );
    expect(committed).toBe(made);
  });
});
