import type { Invariant } from './invariant.ts';

/** A row's history on the server goes one way. Effects of one request, and what was lost, stand at one version. */
export const versionsRise: Invariant = {
  name: 'versions-rise',
  claim: 'Versions of a row never fall in the history of the server.',
  atRest: async ({ stage, server }, findings) => {
    for (const [user, rows] of server) {
      for (const { entityType, entityId } of rows) {
        const versions = (await stage.server.history(user, { entityType, entityId })).map(({ version }) => version);
        if (versions.length > 0) findings.counts();
        const falls = versions.findIndex((version, at) => at > 0 && version < (versions[at - 1] ?? 0));
        if (falls > 0) findings.found(`${entityType}/${entityId} of ${user} has versions ${versions.join(', ')}`);
      }
    }
  },
};
