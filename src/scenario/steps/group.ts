import * as z from 'zod';
import { joinMentions } from '../mentions.ts';
import { editSchema, mentionsOf, tellEdit, writeOptions } from './edit.ts';
import { defineVerb } from './verb.ts';
import { playGroup } from './write.ts';

const { as, refused } = writeOptions;

/** Several edits in one local transaction that take effect together or not at all. */
export const group = defineVerb(z.strictObject({ group: z.array(editSchema).min(1), as, refused }), {
  name: 'group',
  about:
    'Several edits in one local transaction; the server takes them together or not at all. `as` names all of them.',
  actors: ['device'],
  example:
    'phone: { group: [ { update: meditation/s1, set: { rating: 5 } }, { update: meditationStats/me, increment: { totalSessions: 1 } } ], as: finished }',
  mentions: (args) => joinMentions(args.group.map((edit) => mentionsOf(edit, args))),
  tell: (args) => `together: ${args.group.map(tellEdit).join('; ')}`,
  play: (args, scene) => playGroup(args.group, args, scene),
});
