import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textFiles } from '../../src/adapters/node/text-files.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { formatDiagnostic } from '../../src/scenario/language/diagnostic.ts';
import { readScenario } from '../../src/scenario/read-scenario.ts';

const files = readdirSync('scenarios', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));

describe('the shipped scenarios', () => {
  it.each(files)('%s is read without a warning', (name) => {
    const { plans, diagnostics } = readScenario(join('scenarios', name), { registry: gurasRegistry, files: textFiles });
    expect(diagnostics.map(formatDiagnostic)).toEqual([]);
    expect(plans.length).toBeGreaterThan(0);
  });

  it.each(files)('%s names the JSON Schema, so that editors complete', (name) => {
    const up = '../'.repeat(name.split(/[/\\]/).length);
    const [first] = readFileSync(join('scenarios', name), 'utf8').split('\n');
    expect(first).toBe(`# yaml-language-server: $schema=${up}docs/scenario.schema.json`);
  });

  it('the smoke story has two devices and fifteen steps', () => {
    const [plan] = readScenario('scenarios/smoke.yaml', { registry: gurasRegistry, files: textFiles }).plans;
    expect([plan?.devices.length, plan?.steps.length]).toEqual([2, 15]);
  });
});
