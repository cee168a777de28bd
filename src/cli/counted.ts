/** `1 change`, `3 changes`, `2 entries`: a count with its noun. `plural`: when it is not the noun with an s. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
