import { randomBytes } from 'node:crypto';
import { openSqliteStorage } from '../../../adapters/node/storage-sqlite.ts';
import { brandId, type DeviceId, type UserId } from '../../../core/ids.ts';
import { gurasRegistry } from '../../../core/model/entities/registry.ts';
import { readMeta } from '../../../core/sync/rows.ts';
import { initDevice } from '../../../engine/init-device.ts';
import { type Leaf, textAt, textOption } from '../../command.ts';
import { exit, usageError } from '../../exit.ts';

const idForm = /^[A-Za-z0-9_.:-]{1,128}$/;

/** `device init`: a new device of a user in a file that holds none. */
export const init: Leaf = {
  shape: (command) =>
    command
      .argument('<file>', 'the file to make')
      .requiredOption('--user <name>', 'the user who is signed in: the subject of the token')
      .option('--device-id <id>', 'name of the device at the server (default: drawn at random)'),
  examples: [
    ['device init phone.db --user ana', 'makes a phone of ana'],
    ['device init tablet.db --user ana --device-id tablet', 'makes a tablet under a name of your own'],
  ],
  run: async (invocation) => {
    const file = textAt(invocation, 0);
    const userId = textOption(invocation, 'user') ?? '';
    const deviceId = textOption(invocation, 'deviceId') ?? `device-${randomBytes(6).toString('hex')}`;
    if (userId === '') throw usageError('--user is empty', 'write for example --user ana');
    if (!idForm.test(deviceId)) {
      throw usageError(`"${deviceId}" is no device id`, 'it has 1 to 128 letters, digits, or any of _ . : -');
    }
    const storage = openSqliteStorage({ path: file });
    try {
      if (storage.read((rows) => readMeta(rows, 'device')) !== undefined) {
        throw usageError(`${file} holds a device already`, 'choose another file');
      }
      const ids = { deviceId: brandId<DeviceId>(deviceId), userId: brandId<UserId>(userId) };
      await initDevice(storage, { ...ids, registry: gurasRegistry, wallMs: Date.now() });
    } finally {
      storage.close();
    }
    invocation.output.result({ file, deviceId, userId }, () => [`made ${file}: device ${deviceId} of ${userId}`]);
    return exit.ok;
  },
};
