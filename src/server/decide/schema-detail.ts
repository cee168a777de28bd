/** Where a body breaks its schema and how, in one line for people. */
export function schemaDetail(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'The body breaks the schema.';
  const place = issue.path.map(String).join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}
