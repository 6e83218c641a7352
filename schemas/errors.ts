/** Every error a caller can see: one table. The docs and OpenAPI are made from it. */
export const PROBLEMS = {
  body_malformed: { status: 400, retry: 'changed', title: 'The body is not what this route takes' },
  identifier_malformed: { status: 400, retry: 'changed', title: 'The value can be no key of this kind' },
  field_unknown: { status: 400, retry: 'changed', title: 'The filter names a field that does not exist' },
  cursor_invalid: { status: 400, retry: 'changed', title: 'The cursor is none of ours' },
  json_too_complex: { status: 400, retry: 'changed', title: 'The JSON is nested too deep or has too many keys' },
  request_malformed: { status: 400, retry: 'changed', title: 'The request is not HTTP as it should be' },
  key_missing: { status: 401, retry: 'changed', title: 'No API key was given' },
  key_unknown: { status: 401, retry: 'changed', title: 'The API key is unknown or revoked' },
  signature_wrong: { status: 401, retry: 'changed', title: 'The signature is missing or wrong' },
  signature_stale: { status: 401, retry: 'changed', title: 'The signature is older than this source takes' },
  scope_missing: { status: 403, retry: 'changed', title: 'The API key lacks the scope this route needs' },
  route_unknown: { status: 404, retry: 'no', title: 'There is no such route' },
  source_unknown: { status: 404, retry: 'changed', title: 'No such channel or source is configured' },
  customer_unknown: { status: 404, retry: 'no', title: 'There is no such customer' },
  merge_unknown: { status: 404, retry: 'no', title: 'There is no such merge' },
  conflict_unknown: { status: 404, retry: 'no', title: 'There is no such conflict' },
  suggestion_unknown: { status: 404, retry: 'no', title: 'There is no such suggestion' },
  import_unknown: { status: 404, retry: 'no', title: 'There is no such import' },
  deadletter_unknown: { status: 404, retry: 'no', title: 'There is no such dead letter, or it was replayed' },
  key_id_unknown: { status: 404, retry: 'no', title: 'There is no API key with this id' },
  rules_unknown: { status: 404, retry: 'no', title: 'There is no such version of the rules' },
  job_unknown: { status: 404, retry: 'no', title: 'There is no such job' },
  method_wrong: { status: 405, retry: 'no', title: 'The route does not take this method' },
  too_slow: { status: 408, retry: 'later', title: 'The request did not arrive in time' },
  merge_undone: { status: 409, retry: 'no', title: 'The merge was undone already' },
  rules_in_force: { status: 409, retry: 'no', title: 'This version of the rules is in force already' },
  body_too_large: { status: 413, retry: 'changed', title: 'The body is over the limit' },
  encoding_unsupported: { status: 415, retry: 'changed', title: 'The content encoding is not taken' },
  rate_limited: { status: 429, retry: 'later', title: 'Too many requests for this key' },
  headers_too_large: { status: 431, retry: 'changed', title: 'The headers are over the limit' },
  internal: { status: 500, retry: 'later', title: 'Something went wrong on our side' },
  not_ready: { status: 503, retry: 'later', title: 'A part of the service is down' },
  overloaded: { status: 503, retry: 'later', title: 'The service is over its load' },
  storage_full: { status: 503, retry: 'later', title: 'The disk is full' },
  source_incomplete: { status: 503, retry: 'changed', title: 'The source lacks a secret its door needs' },
} as const satisfies Record<string, { status: number; retry: 'no' | 'later' | 'changed'; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** An error with a place in the table. `detail` is shown to the caller: it never holds clear personal data. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly more: Record<string, unknown>;

  constructor(code: ProblemCode, detail: string, more: Record<string, unknown> = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.more = more;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** The body of an `application/problem+json` answer (RFC 9457). */
  body(): Record<string, unknown> {
    const { status, retry, title } = PROBLEMS[this.code];
    return {
      type: `urn:huaxiang:problem:${this.code}`,
      title,
      status,
      code: this.code,
      detail: this.message,
      retry,
      ...this.more,
    };
  }
}
