/**
 * Every stable problem code of the protocol, with what it means for people. A code decides behaviour; titles and
 * details never do.
 */
export const problemCodes = {
  // verdicts on one change
  invalid_change: 'The change breaks the schema.',
  unknown_type: 'The server does not know this entity type.',
  not_writable: 'A user may not write this field or row.',
  id_reused: 'The id was used before with another body.',
  key_exists: 'A live row has this natural key under another id.',
  parent_gone: 'The row it refers to is deleted.',
  dependency_failed: 'A row or change it needs is not there yet.',
  group_incomplete: 'Not all items of the group were in the request.',
  group_conflict: 'Another item of the group clashed.',
  group_rejected: 'Another item of the group was rejected.',
  withdrawn: 'The device withdrew the change before it was judged.',
  stale_base: 'A field it touches changed after its base.',
  row_deleted: 'The row was deleted after its base.',
  row_exists: 'A row with this id exists.',
  too_large: 'The row would exceed the size limit.',
  // whole requests
  invalid_request: 'The request breaks the schema.',
  malformed_json: 'The body is not JSON.',
  body_too_large: 'The body exceeds the limit.',
  headers_too_large: 'The headers exceed the limit.',
  request_timeout: 'The request did not arrive in time.',
  unsupported_media_type: 'The content type or encoding is not understood.',
  unauthenticated: 'The token is missing, expired or wrong.',
  forbidden: 'The token may not do this.',
  not_found: 'There is nothing at this address.',
  method_not_allowed: 'The address does not take this method.',
  in_progress: 'A request with one of these ids is being judged.',
  device_forked: 'Two lives of one device are at work: it was copied or restored.',
  epoch_changed: 'The server was restored: versions start anew.',
  cursor_expired: 'The cursor lies before purged deletions.',
  device_unknown: 'The server does not know the device any more.',
  user_erased: 'The data of the user was erased.',
  update_required: 'The app is too old for this server.',
  too_many_requests: 'Too many requests.',
  unavailable: 'The server cannot answer now.',
  internal: 'The server failed.',
} as const;

/** A stable problem code. */
export type ProblemCode = keyof typeof problemCodes;
