import * as z from 'zod';
import { failed } from '../scene.ts';
import { defineVerb } from './verb.ts';

/** Keeps a copy of the server's data. */
export const backupOfServer = defineVerb(z.strictObject({ backup: z.literal(true) }), {
  name: 'backup',
  about: "Keeps a copy of the server's data as they are now, of all users, with what it has answered; it goes on.",
  actors: ['server'],
  bare: true,
  example: 'server: backup',
  needs: () => ['restore-server'],
  tell: () => 'is backed up',
  play: async (_, { stage }) => {
    await stage.server.backup();
    return null;
  },
});

/** Puts the server's last backup in place of its data. */
export const restoreOfServer = defineVerb(z.strictObject({ restore: z.literal(true) }), {
  name: 'restore',
  about:
    "Puts the server's last `backup` in place of its data and starts a new epoch. What was written since is gone from it, with the answers it gave: its devices must resynchronise, and bring back what they know.",
  actors: ['server'],
  bare: true,
  example: 'server: restore',
  needs: () => ['restore-server'],
  tell: () => 'is restored from its backup',
  play: async (_, { stage }) =>
    (await stage.server.restore()) ? null : failed('step', 'the server has no backup; make one with server: backup'),
});
