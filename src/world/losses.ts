/**
 * What the text itself allows to be lost, by name. A write that is authorised so may have taken effect or not; nothing
 * else may be missing at the end.
 */
export const allowedLosses = {
  'power-cut': 'the last commits of a device whose power was cut before they were synced',
  'died-in-commit': 'an edit in whose commit the app died: nobody was told that it was kept',
  'restored-device': 'what a device wrote after the backup that it was restored from, and had not sent',
  'cloned-over': 'what a device had not sent when the data of another one took the place of its own',
  'stays-dead': 'what a device that never comes back had not sent',
} as const;

/** Name of a loss that the text allows. */
export type AllowedLoss = keyof typeof allowedLosses;
