// The scenario language as a library: build or read scenarios, play them on a stage, publish their JSON Schema.
export { ScenarioBuilder, scenario } from './builder.ts';
export type { ScenarioFiles } from './files.ts';
export { faultsJsonSchema, fixtureJsonSchema, scenarioJsonSchema } from './json-schema.ts';
export { type Diagnostic, formatDiagnostic } from './language/diagnostic.ts';
export type { Place } from './language/place.ts';
export type { Plan, PlanCheck, PlanExpectation, PlanStep } from './plan.ts';
export { type PlayOptions, play } from './play.ts';
export {
  type ReadOptions,
  readScenario,
  readScenarioData,
  readScenarioText,
  type ScenarioReading,
} from './read-scenario.ts';
export type { Failure, RunResult, Verdict } from './result.ts';
export type { Disturbance } from './sweep/disturbance.ts';
export type { SweepKeyword } from './sweep/keywords.ts';
export { type SweepOptions, sweepVariants } from './sweep/variants.ts';
