import type { Leaf } from '../../command.ts';
import { setOffline } from './offline.ts';

/** `device online`: takes `device offline` back. */
export const online: Leaf = {
  shape: (command) => command.argument('<file>', 'the device'),
  examples: [['device online phone.db', 'the phone may talk to the server again']],
  run: (invocation) => setOffline(invocation, false),
};
