import type { FaultName } from '../faults/table.ts';

/**
 * What a world may or may not be able to do. A plan lists what its steps need; a stage that lacks one of them skips
 * the whole plan with the reason, before anything is played.
 */
export const abilities = {
  devices: 'run devices that write, sync and go offline',
  policies: 'serve the entity types of the registry policies',
  kill: 'kill a device at an instant and start it again on the same data',
  'power-cut': "cut a device's power and let its last commits vanish",
  storage: "fill up a device's storage, or hold it",
  'copy-data': "copy a device's data, and put a copy in their place",
  processes: 'run two processes on the data of one device',
  upgrade: 'start with an older app, and replace it by the current one',
  suspend: 'suspend an app and let it go on',
  'switch-user': 'sign another user in on a device',
  'device-clock': "set a device's wall clock apart from true time",
  'time-zone': 'move the devices to another time zone',
  jump: 'move all clocks ahead without living through the time',
  priorities: 'let whatever happens to one device go before what happens to another',
  'seed-rows': "put rows into the server's store before the story",
  'read-server': 'read the rows, history and verdicts of the server',
  'write-server': 'write to the server as another device of the user',
  'stop-server': 'stop the server and start it again',
  'server-clock': "step the server's clock",
  purge: 'purge tombstones on the server',
  'raise-epoch': 'start a new epoch on the server, as after a restore',
  'restore-server': 'back up the server and restore it, under a new epoch',
  'require-schema': 'let the server refuse older apps',
  'forget-results': 'lose the stored verdicts of the server',
  replica: 'let a replica of the server that lags behind answer reads',
  renewal: 'slow down or refuse the renewal of tokens',
  partition: 'cut devices from the server at the network',
  latency: 'slow the network down',
  live: 'tell devices of changes at once',
} as const;

/** Something a world can do; faults are each an ability of their own. */
export type Ability = keyof typeof abilities | `fault:${FaultName}`;

/** What an ability means, for the reason of a skip. */
export function describeAbility(ability: Ability): string {
  if (Object.hasOwn(abilities, ability)) return abilities[ability as keyof typeof abilities];
  return `inject the fault ${ability.slice('fault:'.length)}`;
}
