import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { fixtureJsonSchema, scenarioJsonSchema } from '../../src/scenario/json-schema.ts';

const scenarios = z.fromJSONSchema(scenarioJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
const fixtures = z.fromJSONSchema(fixtureJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);

function filesIn(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.yaml')).map((name) => join(folder, name));
}

describe('the JSON Schema that editors use', () => {
  it.each(filesIn('scenarios'))('takes %s', (file) => {
    expect(scenarios.safeParse(parse(readFileSync(file, 'utf8'))).error?.issues ?? []).toEqual([]);
  });

  it.each(filesIn('fixtures'))('takes %s', (file) => {
    expect(fixtures.safeParse(parse(readFileSync(file, 'utf8'))).error?.issues ?? []).toEqual([]);
  });

  const story = { scenario: 'a', devices: { phone: { user: 'ana' } }, steps: [{ phone: 'offline' }] };

  it.each([
    ['an unknown key', { ...story, stepz: [] }],
    ['an unknown word', { ...story, steps: [{ phone: 'ofline' }] }],
    ['an unknown option', { ...story, steps: [{ phone: { update: 'meditation/s1', sett: {} } }] }],
    ['a duration without a unit', { ...story, steps: [{ phone: { kill: true, restart: 30 } }] }],
    ['an expectation of another subject', { ...story, expect: [{ server: { queue: 1 } }] }],
    ['two actors in one step', { ...story, steps: [{ phone: 'offline', all: 'online' }] }],
    ['an unknown fault', { ...story, steps: [{ phone: { next: { push: 'lose-respons' } } }] }],
    ['a scenario without steps', { scenario: 'a', devices: {} }],
  ])('refuses %s', (_, written) => {
    expect(scenarios.safeParse(story).success).toBe(true);
    expect(scenarios.safeParse(written).success).toBe(false);
  });
});
