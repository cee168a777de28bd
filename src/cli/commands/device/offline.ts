import { type Invocation, type Leaf, textAt } from '../../command.ts';
import { withDevice } from '../../device-session.ts';
import { type ExitCode, exit } from '../../exit.ts';

/** `device offline`: the app's switch; edits go on, nothing is sent, until `device online`. */
export const offline: Leaf = {
  shape: (command) => command.argument('<file>', 'the device'),
  examples: [['device offline phone.db', 'the phone is in flight mode from now on']],
  run: (invocation) => setOffline(invocation, true),
};

/** Puts the durable switch; a running `device watch` on the file notices. */
export async function setOffline(invocation: Invocation, isOffline: boolean): Promise<ExitCode> {
  const file = textAt(invocation, 0);
  const command = isOffline ? 'device offline' : 'device online';
  await withDevice({ file, command }, (device) => device.setOffline(isOffline));
  const text = isOffline ? `${file} is offline: edits are queued, nothing is sent` : `${file} is online`;
  invocation.output.result({ file, offline: isOffline }, () => [text]);
  return exit.ok;
}
