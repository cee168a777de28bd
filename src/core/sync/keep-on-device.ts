import type { CheckedEdit } from './edit.ts';
import type { Turn } from './turn.ts';

/** Whether an edit sets nothing but fields that never leave the device. */
export function staysOnDevice({ action, data, increments, device }: CheckedEdit): boolean {
  return action === 'UPDATE' && device !== null && increments === null && Object.keys(data ?? {}).length === 0;
}

/** Takes fields that never leave the device into the row: nothing waits for the server. */
export function keepOnDevice(turn: Turn, { record, device }: CheckedEdit): void {
  turn.put('records', { ...record, device: { ...record.device, ...device } });
  turn.tell({ kind: 'record', entityType: record.entityType, entityId: record.entityId });
}
