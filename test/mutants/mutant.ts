/** One defect: a text of a source file and what stands there instead. The old text occurs exactly once in the file. */
export interface Mutant {
  /** In kebab case: what goes wrong. */
  readonly name: string;
  readonly file: string;
  readonly old: string;
  readonly new: string;
}
