/** Draws that are held to a value, by their name: label and counter, `fault#3`. */
export type Pins = Readonly<Record<string, number>>;

/** The name of one draw: the label it is keyed by, and how often that label was drawn from before. */
export function choiceName(label: string, counter: number): string {
  return `${label}#${counter}`;
}

/** The value that a draw is held to, or undefined where nobody pinned it, or to what it can't be. `count`: how many values there are. */
export function pinned(pins: Pins | undefined, name: string, count: number): number | undefined {
  if (pins === undefined || !Object.hasOwn(pins, name)) return undefined;
  const value = pins[name];
  return value !== undefined && value < count ? value : undefined;
}
