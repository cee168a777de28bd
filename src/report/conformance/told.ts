import { severities } from '../../conformance/probe.ts';
import { type ConformanceResult, countEnds, type ProbeResult } from '../../conformance/result.ts';
import type { Exchange } from '../../conformance/transcript.ts';

/** The findings, worst first, then in the order of the probes. */
export function findingsOf({ results }: ConformanceResult): readonly ProbeResult[] {
  const broken = results.filter(({ end }) => end === 'broken');
  return severities.flatMap((severity) => broken.filter(({ probe }) => probe.severity === severity));
}

/** The counts in words: `143 kept, 1 broken (1 critical), 1 skipped`. */
export function countsText(result: ConformanceResult): string {
  const { kept, broken, skipped, inconclusive } = countEnds(result.results);
  const grades = severities
    .map(
      (severity) => [severity, findingsOf(result).filter(({ probe }) => probe.severity === severity).length] as const,
    )
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`);
  const parts = [
    `${kept} kept`,
    broken === 0 ? '0 broken' : `${broken} broken (${grades.join(', ')})`,
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
    ...(inconclusive === 0 ? [] : [`${inconclusive} inconclusive`]),
  ];
  return parts.join(', ');
}

/** What the clean-up did, in words; null when there was nothing to do. */
export function cleanUpText({ cleanUp }: ConformanceResult): string | null {
  const { usersErased, rowsDeleted, left } = cleanUp;
  const done = [
    ...(usersErased === 0 ? [] : [`${usersErased} made-up ${usersErased === 1 ? 'user' : 'users'} erased`]),
    ...(rowsDeleted === 0 ? [] : [`${rowsDeleted} ${rowsDeleted === 1 ? 'row' : 'rows'} deleted`]),
    ...left.map((text) => `LEFT BEHIND: ${text}`),
  ];
  return done.length === 0 ? null : done.join(', ');
}

/** One exchange in a line: who asked what, and the status. */
export function exchangeText({ user, method, path, status, wallMs }: Exchange): string {
  const who = user === null ? 'nobody' : user;
  return `${who}: ${method} ${path} -> ${status === null ? 'no answer' : status} (${Math.round(wallMs)} ms)`;
}
