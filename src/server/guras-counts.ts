/** A number of a catalogue row that sums over users what each of them did. */
export interface CatalogueCount {
  readonly entityType: string;
  /** The field of the catalogue row that holds the sum. */
  readonly sum: string;
  /** The field of the user's part that says how much of the user's own is inside the sum. */
  readonly counted: string;
  /** What counts as the user's own: a flag of their part, or their live rows that refer to the row. */
  readonly of:
    | { readonly kind: 'flag'; readonly field: string }
    | { readonly kind: 'children'; readonly entityType: string; readonly reference: string };
}

/** The counts of the Guras app: likes and comments of quotes. */
export const gurasCounts: readonly CatalogueCount[] = [
  { entityType: 'quotes', sum: 'likeCount', counted: 'likeCounted', of: { kind: 'flag', field: 'liked' } },
  {
    entityType: 'quotes',
    sum: 'commentCount',
    counted: 'commentsCounted',
    of: { kind: 'children', entityType: 'quoteComments', reference: 'quoteId' },
  },
];
