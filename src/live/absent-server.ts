import type { StageServer } from '../stage/server.ts';
import { StageError } from '../stage/stage.ts';

/**
 * The server of a stage that only reaches it as a device does. Its stage has no ability over it, so no story that asks
 * it anything is played; what is asked nevertheless fails with `StageError`.
 */
export const absentServer: StageServer = {
  row: () => refuse(),
  rows: () => refuse(),
  effects: () => refuse(),
  history: () => refuse(),
  verdicts: () => refuse(),
  digest: () => refuse(),
  requests: () => refuse(),
  write: () => refuse(),
  stop: () => refuse(),
  start: () => refuse(),
  isRunning: () => true,
  setClock: () => refuse(),
  purge: () => refuse(),
  raiseEpoch: () => refuse(),
  requireSchema: () => refuse(),
  forgetResults: () => refuse(),
  setLagging: () => refuse(),
  backup: () => refuse(),
  restore: () => refuse(),
};

function refuse(): never {
  throw new StageError('the server behind a URL is out of reach', 'play this story with --on sim or --on embedded');
}
