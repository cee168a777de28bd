// `npm run bench`: the rows of the table in design/6-goals.md, measured against raw and against peers in one run.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { ArmName } from './arms/arm.ts';
import { type BuiltArm, buildArm } from './build.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { printRow } from './print.ts';
import type { RowResult } from './result.ts';
import { converge } from './rows/converge.ts';
import { drain } from './rows/drain.ts';
import { firstPull } from './rows/first-pull.ts';
import { localWrite } from './rows/local-write.ts';
import type { BenchRow } from './rows/row.ts';
import { startUp } from './rows/start-up.ts';

const rows: readonly BenchRow[] = [localWrite, drain, firstPull, converge, startUp];

const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

async function buildArms(names: readonly ArmName[]): Promise<BuiltArm[]> {
  const built: BuiltArm[] = [];
  for (const name of names) {
    try {
      built.push(await buildArm(name));
    } catch (error) {
      if (name === 'raw') throw error;
      tell(`${name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return built;
}

/** What the figures were taken on: they mean nothing without it. */
function machine() {
  const processors = cpus();
  const model = processors[0]?.model ?? 'unknown';
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    model,
    cores: processors.length,
    memoryBytes: totalmem(),
  };
}

/** Maps and NaN have no JSON of their own. */
function toJson(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

async function main(): Promise<void> {
  let options: Options;
  try {
    options = parseOptions(
      process.argv.slice(2),
      rows.map((row) => row.name),
    );
  } catch (error) {
    tell(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const wanted = rows.filter((row) => options.rows.length === 0 || options.rows.includes(row.name));
  // Start-up needs the engine for a device file, and nothing to compare it with.
  const onlyOurs = wanted.every((row) => row === startUp);
  const arms = await buildArms(onlyOurs ? ['ours'] : options.arms);
  const results: RowResult[] = [];
  for (const row of wanted) {
    const result = await row.run({ options, arms, tell: (text) => tell(`${row.name}: ${text}`) });
    process.stdout.write(printRow(result));
    results.push(result);
    // Written after every row: a long run that is stopped keeps what it has.
    const document = { machine: machine(), options, rows: results };
    if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(document, toJson, 2)}\n`);
  }
}

await main();
