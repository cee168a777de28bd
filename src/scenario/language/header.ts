import * as z from 'zod';
import { type RegistryName, registries } from '../../stage/registries.ts';
import { familyParts } from '../sweep/family.ts';
import { sweepKeywords } from '../sweep/keywords.ts';
import { limitsSchema } from './limits.ts';
import { expectationList, stepList } from './nested.ts';
import { offset } from './values.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, { error: 'a name is a word of letters, digits, - and _' });

/** One device of a story. */
const deviceSchema = z.strictObject({
  user: z.string().min(1).meta({ description: 'who is signed in' }),
  clock: offset.optional().meta({ description: 'wall clock minus true time at the start' }),
  offline: z.boolean().optional().meta({ description: 'whether it starts without a line' }),
  sync: z
    .enum(['auto', 'manual'])
    .optional()
    .meta({ description: 'auto (default): as the app does; manual: only sync steps make requests' }),
  live: z.boolean().optional().meta({
    description: 'whether the server tells it of changes at once; otherwise (default) it polls',
  }),
  limits: limitsSchema.optional(),
  shares: z.string().optional().meta({
    description: 'the device on whose data it is a second process: one phone, one store, two engines',
  }),
  app: z.literal('older').optional().meta({
    description: 'the app knows the data of the version before (registry policies), until it is upgraded',
  }),
});

const rowsByType = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));

/** Rows that stand on the server at the start, by type and id. `content` is for people and becomes no row. */
export const fixtureSchema = z.strictObject({
  catalogue: rowsByType.optional().meta({ description: 'rows that all users share' }),
  rows: rowsByType.optional().meta({ description: 'rows of the user alone' }),
  content: z.unknown().optional().meta({ description: 'what the app ships, for people; becomes no row' }),
});

/** Everything a scenario file may say. */
export const headerSchema = z.strictObject({
  scenario: z.string().min(1).meta({ description: 'the claim, as a sentence' }),
  about: z.string().optional().meta({ description: 'the situation, for reports' }),
  tags: z.array(z.string()).optional(),
  include: z.array(z.string()).optional().meta({
    description: 'files whose params, devices, fixtures, steps and expectations come first',
  }),
  params: z.record(name, scalar).optional().meta({ description: 'values to put in for their names, with defaults' }),
  matrix: z.record(name, z.array(scalar).min(1)).optional().meta({ description: 'one case for each combination' }),
  registry: z
    .enum(Object.keys(registries) as [RegistryName])
    .optional()
    .meta({ description: 'guras (default): the data of the app; policies: one type per merge policy and trait' }),
  disk: z.enum(['memory', 'sqlite']).optional().meta({
    description: 'where simulated devices keep their data: memory (default), or the database that phones have',
  }),
  pins: z.record(z.string(), z.int().min(0)).optional().meta({
    description: 'draws of the simulated world held to a value, as explore --choices names them',
  }),
  devices: z.record(name, deviceSchema),
  server: z.strictObject({ limits: limitsSchema.optional() }).optional(),
  fixtures: z
    .record(z.string(), z.array(z.union([z.string(), fixtureSchema])))
    .optional()
    .meta({ description: 'rows on the server at the start, by user: files, or rows in place' }),
  steps: stepList,
  expect: expectationList.optional().meta({ description: 'judged once, after the last step' }),
  'expect-fail': z.string().optional().meta({ description: 'the claim that is known to fail; red when it holds' }),
  sweep: z.enum(sweepKeywords).optional().meta({
    description: 'one more variant of the story for each of its points, disturbed there',
  }),
  explore: z
    .strictObject({
      runs: z.int().min(1).max(10_000).meta({ description: 'how many runs the family has' }),
      vary: z
        .array(z.enum(familyParts))
        .min(1)
        .optional()
        .meta({ description: 'what they differ in; all of it unless said' }),
    })
    .optional()
    .meta({
      description: 'makes the story a random family: so many runs, each with an order, delays and faults of its own',
    }),
});

/** A scenario's header as its schema parsed it. */
export type Header = z.output<typeof headerSchema>;
