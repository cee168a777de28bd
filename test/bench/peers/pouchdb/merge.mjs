// What an app has to write itself: merging the two revisions that PouchDB leaves of a record edited on both sides.

/** Merges every conflicting document of a database, field by field against the common ancestor. */
export async function mergeConflicts(database) {
  const { rows } = await database.allDocs({ include_docs: true, conflicts: true });
  const winners = rows.map((row) => row.doc).filter((doc) => doc._conflicts !== undefined);
  const losers = await revisions(
    database,
    winners.map((doc) => ({ id: doc._id, rev: doc._conflicts[0] })),
  );
  const bases = await revisions(database, losers.map(ancestorOf));
  const updates = winners.flatMap((winner, index) => mergedDocs({ winner, loser: losers[index], base: bases[index] }));
  const results = await database.bulkDocs(updates);
  if (!results.every((result) => result.ok)) throw new Error('a merge was not stored');
}

async function revisions(database, wanted) {
  const { results } = await database.bulkGet({ docs: wanted, revs: true });
  return results.map((result) => result.docs[0].ok);
}

/** Both sides made one edit: the ancestor is the revision before the loser's. */
function ancestorOf(loser) {
  const { start, ids } = loser._revisions;
  return { id: loser._id, rev: `${start - 1}-${ids[1]}` };
}

function mergedDocs({ winner, loser, base }) {
  const { _conflicts, ...merged } = winner;
  for (const [field, value] of Object.entries(loser)) {
    if (!field.startsWith('_') && winner[field] === base[field]) merged[field] = value;
  }
  return [merged, { _id: loser._id, _rev: loser._rev, _deleted: true }];
}
