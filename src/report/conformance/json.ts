import { type ConformanceResult, countEnds, exitCodeOf } from '../../conformance/result.ts';

/** Name and version of the document. */
const schema = 'guras-sync/conformance/1';

/** The whole run as one document: every claim, how it ended, and the evidence of what does not hold. */
export function conformanceDocument(result: ConformanceResult): object {
  const { url, runId, startedAt, wallMs, results, cleanUp, isStopped } = result;
  return {
    schema,
    url,
    runId,
    startedAt,
    wallMs: Math.round(wallMs),
    counts: countEnds(results),
    exitCode: exitCodeOf(results),
    isStopped,
    claims: results.map(({ probe, end, reason, finding, exchanges, exchangesDropped, wallMs: took }) => ({
      claim: probe.claim,
      says: probe.says,
      topic: probe.topic,
      severity: probe.severity,
      end,
      reason,
      finding,
      wallMs: Math.round(took),
      ...(exchanges.length === 0 ? {} : { exchanges, exchangesDropped }),
    })),
    cleanUp,
  };
}

/** The document as text. */
export function formatJson(result: ConformanceResult): string {
  return `${JSON.stringify(conformanceDocument(result), null, 2)}\n`;
}
