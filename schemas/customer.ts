/** What answers show of a customer: CONTRACT §5. Times are RFC 3339 in UTC, money decimal strings. */
export type SourceRef = { channel: string; source: string };

export const IDENTIFIER_STATES = ['active', 'past', 'shared', 'hot', 'blocked', 'quarantined', 'evidence'] as const;
export type IdentifierState = (typeof IDENTIFIER_STATES)[number];

export type IdentifierView = {
  kind: string;
  scope: string | null;
  value: string;
  verified: boolean;
  state: IdentifierState;
  first_seen: string;
  last_seen: string;
  sources: SourceRef[];
};

export type TraitValue = string | number | boolean;

export type TraitView = {
  value: TraitValue;
  channel: string;
  source: string;
  /** Id of the event that first made this claim. */
  event: string;
  time: string;
  /** Which rule decided: only, verified, registered, source_rank, full_name, latest, event_key. */
  rule: string;
  others: { value: TraitValue; channel: string; source: string; time: string }[];
};

export type ConsentView = {
  purpose: string;
  channel: string | null;
  state: 'granted' | 'withdrawn';
  time: string;
  event: string;
};

export type ChannelMetrics = { events: number; orders: number; last_seen: string };

export type CustomerView = {
  id: string;
  aliases: string[];
  type: 'person';
  created: string;
  updated: string;
  first_seen: string;
  last_seen: string;
  identifiers: IdentifierView[];
  traits: Record<string, TraitView>;
  metrics: {
    events: number;
    orders: number;
    refunds: number;
    spend: Record<string, string>;
    first_order: string | null;
    last_order: string | null;
    channels: Record<string, ChannelMetrics>;
  };
  consents: ConsentView[];
  conflicts: string[];
};

/** Traits that are direct identifiers of a person: encrypted at rest, masked without `pii:read`, never in a `where`. */
export const PRIVATE_TRAITS = new Set(['name', 'nickname', 'email', 'mobile', 'phone', 'address', 'birthday']);

/** Traits kept clear at rest, so that segments can ask for them. Others are clear only where their source says so. */
export const CLEAR_TRAITS = new Set([
  'province',
  'city',
  'district',
  'gender',
  'birth_year',
  'birth_month_day',
  'level',
  'points',
]);

/** Kinds whose values are masked without `pii:read`; platform ids are shown. */
export const PRIVATE_KINDS = new Set(['mobile', 'landline', 'email', 'member_card', 'remark_mobile']);
