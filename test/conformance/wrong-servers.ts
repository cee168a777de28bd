import { wrongDeciding } from './wrong/deciding.ts';
import { wrongReading } from './wrong/reading.ts';
import { wrongRefusing } from './wrong/refusing.ts';
import { wrongWriting } from './wrong/writing.ts';
import type { Wrong } from './wrong-server.ts';

/** What a server does wrong, by the claim that finds it. A function each: wrong servers remember. */
export const wrongServers: Readonly<Record<string, () => Wrong>> = {
  ...wrongReading,
  ...wrongWriting,
  ...wrongDeciding,
  ...wrongRefusing,
};
