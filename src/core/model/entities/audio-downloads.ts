import * as z from 'zod/mini';
import { deviceField, entityType, userField } from '../declare.ts';
import { idSchema, momentSchema, textSchema, wholeSchema } from '../value-schemas.ts';

/** Which device holds which track. Size, hash and time describe one file and merge as one unit. */
export const audioDownloads = entityType({
  name: 'audioDownloads',
  about: 'A track that a device holds.',
  units: { file: { fields: ['bytes', 'sha256', 'downloadedAt'], merge: 'latest' } },
  fields: {
    trackId: userField(idSchema, { merge: 'server' }),
    /** The device as the user calls it. */
    deviceName: userField(z.nullable(textSchema(100)), { merge: 'latest' }),
    bytes: userField(wholeSchema(0, 10_000_000_000)),
    /** Lower-case hex of the file's SHA-256. */
    sha256: userField(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
    downloadedAt: userField(momentSchema),
    localPath: deviceField(z.nullable(textSchema(4_096))),
  },
});
