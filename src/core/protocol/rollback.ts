import * as z from 'zod/mini';
import { digestRequestSchema, resolutionSchema } from './messages.ts';

/** `POST /api/sync/rollback`: writes an old version of a row as a new one. Answered as a push is. */
export const rollbackRequestSchema = z.object({
  deviceId: z.nonoptional(digestRequestSchema.shape.deviceId),
  registered: z.boolean(),
  epoch: digestRequestSchema.shape.epoch,
  /** Unique per user, like a change's: sent again, it has no second effect. */
  id: resolutionSchema.shape.id,
  entityType: resolutionSchema.shape.entityType,
  entityId: resolutionSchema.shape.entityId,
  /** The newest version the caller knew: anything newer in the user's fields is a clash. */
  againstVersion: resolutionSchema.shape.againstVersion,
  /** The version in the history whose fields are written. */
  toVersion: resolutionSchema.shape.againstVersion,
});
