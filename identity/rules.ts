import type { RuleRow } from '../api/identity/port.ts';
import { KINDS, kindRank, kindRule, STRENGTH } from '../schemas/identifier.ts';
import { PRESET, type RulesDocument } from '../schemas/rules.ts';

/** The rules as `cluster` asks for them. */
export type Policy = {
  /** Which version this is; 0 is the preset. */
  version: number;
  /** The least strength with which a kind joins. */
  least(kind: string): number;
  isOne(kind: string): boolean;
  caps(kind: string): readonly { kind: string; over: number }[];
  /** Uses within one window (30 days, see `windowOf`) that a value may have; infinite where the rules say nothing. */
  rate(kind: string): number;
  /** Smaller is more specific; contacts stand behind all others. */
  rank(kind: string): number;
  vetoes: boolean;
  /** Place of a source among those whose claims weigh more; smaller is more trusted. */
  sourceRank(channel: string, source: string): number;
  /** The version since which sources have these ranks. */
  ranked: number;
  /** Nodes that a component may have; a greater one is thinned. */
  limit: number;
};

const CONTACTS_FROM = 10_000;
/** DESIGN §8: a component over so many nodes is no person's. */
const COMPONENT_LIMIT = 2_000;

export function policyOf(document: RulesDocument, version: number, ranked = 0): Policy {
  const kinds = new Map(Object.entries(document.kinds ?? {}));
  const sources = new Map((document.sources ?? []).map((source, at): [string, number] => [source, at]));
  return {
    version,
    least: (kind) => {
      const joins = kinds.get(kind)?.joins ?? 'typed';
      return joins === 'never' ? Number.POSITIVE_INFINITY : STRENGTH[joins];
    },
    isOne: (kind) => kinds.get(kind)?.one ?? kindRule(kind)?.one ?? false,
    caps: (kind) => kinds.get(kind)?.caps ?? kindRule(kind)?.cap ?? [],
    rate: (kind) => kinds.get(kind)?.rate ?? Number.POSITIVE_INFINITY,
    rank: (kind) =>
      (kinds.get(kind)?.priority ?? kindRank(kind)) + (kindRule(kind)?.contact === true ? CONTACTS_FROM : 0),
    vetoes: document.names?.veto ?? true,
    sourceRank: (channel, source) => sources.get(`${channel}/${source}`) ?? sources.get(channel) ?? sources.size,
    ranked,
    limit: document.components?.limit ?? COMPONENT_LIMIT,
  };
}

/** The preset as it stands in the contract. */
export const RETAIL_CN: Policy = policyOf(PRESET, 0);

/** The whole table a document comes to, for people to read. */
export function tableOf(document: RulesDocument): RuleRow[] {
  const policy = policyOf(document, 0);
  const names = Object.entries(STRENGTH);
  const all = [...KINDS.keys(), ...Object.keys(document.kinds ?? {}).filter((kind) => !KINDS.has(kind))];
  return all.map((kind) => {
    const rule = kindRule(kind);
    const base = { kind, label: rule?.label ?? kind, scope: rule?.scope ?? 'optional', role: rule?.role ?? 'joining' };
    if (base.role !== 'joining') return base;
    const joins = names.find(([, strength]) => strength === policy.least(kind))?.[0] ?? 'never';
    const { priority = kindRank(kind), rate } = document.kinds?.[kind] ?? {};
    const row = { ...base, joins, one: policy.isOne(kind), caps: [...policy.caps(kind)], priority };
    return rate === undefined ? row : { ...row, rate };
  });
}
