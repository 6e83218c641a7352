import type { IdentifierState } from '../../schemas/customer.ts';
import type { IdentifierRef } from '../../schemas/identifier.ts';
import type { RulesDocument } from '../../schemas/rules.ts';

/** What the routes about identity show: evidence, explanations, conflicts, suggestions, rules, values, quality. */
export type LinkView = {
  kind: string;
  scope: string | null;
  value: string;
  state: IdentifierState | 'attached' | 'paid_for';
  evidence: {
    with: { kind: string; scope: string | null; value: string };
    rule: string;
    strength: string;
    source: { channel: string; source: string };
    first_seen: string;
    last_seen: string;
    count: number;
    events: string[];
  }[];
};

export type HistoryView = {
  time: string;
  what: 'created' | 'merged' | 'split' | 'held' | 'tenure' | 'decided';
  from: string[];
  to: string[];
  rule: string;
  actor: string;
  evidence: string[];
};

export type ExplainView = {
  same: boolean;
  because: { rule: string; text: string; evidence: string[] }[];
  path?: IdentifierRef[];
  held?: string[];
};

export type ConflictView = {
  id: string;
  state: 'open' | 'merged' | 'kept_apart' | 'later';
  rule: string;
  customers: string[];
  nodes: IdentifierRef[];
  evidence: { event: string; channel: string; source: string; time: string }[];
  opened: string;
  proposed?: Proposed;
};

/** What one key decided and another has to confirm, where the rules ask for four eyes. */
export type Proposed = { decision: 'merge' | 'keep_apart' | 'later'; actor: string; time: string };

/** Two customers who may be one person; weights are log2 of the evidence of each field. */
export type SuggestionView = {
  id: string;
  customers: [string, string];
  probability: number;
  because: { field: string; level: string; weight: number }[];
  state: 'open' | 'merged' | 'kept_apart' | 'later';
  proposed?: Proposed;
};

export type RulesView = {
  version: number;
  document: RulesDocument;
  table: RuleRow[];
  versions: { version: number; state: 'draft' | 'in_force' | 'past'; created: string | null; actor: string }[];
};

/** One kind of identifier as the rules have it. */
export type RuleRow = {
  kind: string;
  label: string;
  scope: string;
  role: string;
  joins?: string;
  one?: boolean;
  caps?: { kind: string; over: number }[];
  /** Uses within 30 days over which a value is hot; absent: any number. */
  rate?: number;
  priority?: number;
};

/** What a change of rules or of one value does: customers merged away, split off, unions held, customers left alone. */
export type Effect = {
  merge: number;
  split: number;
  hold: number;
  unchanged: number;
  samples: { what: string; customers: string[]; because: string }[];
};

export type ValueEffect = Effect & { decision: 'block' | 'allow' | 'auto'; preview: boolean };

export type ValueView = {
  kind: string;
  scope: string | null;
  value: string;
  state: 'hot' | 'blocked' | 'denied';
  joins: { customers: number; events: number; anonymous_events: number; partners: Record<string, number> };
};

export type QualityView = {
  customers: { total: number; by_identifiers: { identifiers: number; customers: number }[] };
  conflicts: { rule: string; open: number; later: number }[];
  values: { state: string; kind: string; count: number }[];
  changes: { created: number; merged: number; split: number; split_after_merge: number };
  channels: { channel: string; customers: number; alone: number }[];
};
