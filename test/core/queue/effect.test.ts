import { expect, it } from 'vitest';
import { typeNamed } from '../../../src/core/model/registry.ts';
import type { Resolution } from '../../../src/core/protocol/messages.ts';
import { applyEffect } from '../../../src/core/queue/effect.ts';
import { policyRegistry } from '../../../src/stage/policies.ts';
import { item } from './sample-item.ts';

const type = typeNamed(policyRegistry, 'latest');

it.each([
  ['server', null],
  ['local', { value: 'x' }],
] as const)('a create that was decided for the %s side makes of no row %j', (outcome, made) => {
  const create = item(1, { action: 'CREATE', data: { value: 'x' } });
  const body = { id: create.id, changeId: create.id, outcome, data: made, stamps: {}, againstVersion: 3 };
  const resolution = { body: { ...body, entityType: 'latest', entityId: 'a' } as Resolution, sent: false };
  expect(applyEffect(null, { ...create, resolution: { ...resolution, then: 'leave' } }, type)).toEqual(made);
});
