import { collect, type Invocation, type Leaf, textsOption } from '../command.ts';
import { counted } from '../counted.ts';
import { exit } from '../exit.ts';
import type { FileReading } from '../read-plans.ts';

/** `lint`: reads scenarios as `run` does and prints everything that is wrong with them. */
export const lint: Leaf = {
  shape: (command) =>
    command
      .argument('<files...>', 'scenarios, or folders of them; - for standard input')
      .option('--param <name=value>', 'value of a parameter; may be repeated', collect),
  examples: [
    ['lint scenarios', 'checks every scenario of a folder'],
    ['lint flight.yaml --json', 'prints what is wrong for an editor'],
  ],
  run: async (invocation) => {
    const { readPlans } = await import('../read-plans.ts');
    const readings = await readPlans(invocation.args[0] as readonly string[], {
      params: textsOption(invocation, 'param'),
      terminal: invocation.terminal,
    });
    const isWrong = hasErrors(readings);
    if (invocation.output.isJson) invocation.output.result(document(readings), () => []);
    else await print(readings, invocation);
    return isWrong ? exit.usage : exit.ok;
  },
};

/** Whether any file has an error; warnings do not count. */
export function hasErrors(readings: readonly FileReading[]): boolean {
  return readings.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'));
}

/** Everything found in the files, each with the place, its line and a caret. */
export async function diagnosticTexts(readings: readonly FileReading[]): Promise<readonly string[]> {
  const { formatDiagnostic } = await import('../../scenario/language/diagnostic.ts');
  return readings.flatMap(({ diagnostics }) => diagnostics.map(formatDiagnostic));
}

async function print(readings: readonly FileReading[], { output }: Invocation): Promise<void> {
  output.lines(await diagnosticTexts(readings));
  const cases = readings.reduce((sum, { plans }) => sum + plans.length, 0);
  const errors = readings.flatMap(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === 'error'));
  const files = counted(readings.length, 'file');
  output.lines([
    errors.length === 0 ? `${files}, ${counted(cases, 'case')}: sound` : `${files}: ${counted(errors.length, 'error')}`,
  ]);
}

function document(readings: readonly FileReading[]): object {
  return {
    files: readings.map(({ file, plans, diagnostics }) => ({
      file,
      cases: plans.length,
      diagnostics: diagnostics.map(({ severity, message, remedy, place }) => ({
        severity,
        message,
        remedy,
        line: place?.line ?? null,
        col: place?.col ?? null,
        length: place?.length ?? null,
      })),
    })),
  };
}
