import { makeRegistry, type Registry } from '../registry.ts';
import { audioDownloads } from './audio-downloads.ts';
import { guidedMeditation } from './guided-meditation.ts';
import { meditation } from './meditation.ts';
import { meditationStats } from './meditation-stats.ts';
import { preferences } from './preferences.ts';
import { programProgress } from './program-progress.ts';
import { quoteComments } from './quote-comments.ts';
import { quotes } from './quotes.ts';

/** The entity types of the Guras app, in the order in which a first pull is most useful. */
export const gurasRegistry: Registry = makeRegistry({
  schemaVersion: 1,
  types: [
    preferences,
    quotes,
    quoteComments,
    guidedMeditation,
    programProgress,
    meditation,
    meditationStats,
    audioDownloads,
  ],
});
