/** What became of a payload or an event, and why. More reasons may come; none is renamed. */
export const FATES = ['accepted', 'duplicate', 'ignored', 'quarantined', 'dead-letter'] as const;
export type Fate = (typeof FATES)[number];

/** `pending` (in the log, not applied yet) and `unknown` (never seen) appear only in lookups. */
export type LookupFate = Fate | 'pending' | 'unknown';

export const REASONS = {
  accepted: ['anonymous'],
  duplicate: ['seen_before', 'duplicate_differs', 'corrected'],
  ignored: ['test_payload', 'total_row', 'type_not_used'],
  quarantined: ['time_in_future', 'field_type_changed', 'receipt_reused'],
  'dead-letter': [
    'unreadable',
    'dtd_refused',
    'encoding_unknown',
    'event_malformed',
    'row_malformed',
    'decrypt_failed',
    'connector_failed',
    'platform_failed',
  ],
} as const;
export type Reason = (typeof REASONS)[Fate][number];

/** A refused identifier leaves its event accepted and is told beside it. */
export const IDENTIFIER_REASONS = [
  'scope_missing',
  'kind_unknown',
  'mobile_masked',
  'mobile_virtual',
  'mobile_placeholder',
  'mobile_landline',
  'mobile_iot',
  'mobile_invalid',
  'mobile_multiple',
  'mobile_lossy',
  'mobile_prefix_unknown',
  'value_denied',
  'email_invalid',
] as const;
export type IdentifierReason = (typeof IDENTIFIER_REASONS)[number];
export type RefusedIdentifier = { index: number; reason: IdentifierReason };

/** An event is quarantined when its time is more than this after it was received, in ms. */
export const FUTURE_LIMIT_MS = 24 * 3_600_000;
