import { byTime, compare, type Fact, iso } from './facts.ts';

/** CONTRACT §3 Traits: which claim wins, and what else was said. */
type Value = string | number | boolean;
type Other = { value: Value; channel: string; source: string; time: string };
export type TraitTold = Other & { event: string; others: Other[] };
type Claim = { value: Value; registered: boolean; fact: Fact };

const REGISTERING = ['member_joined', 'member_updated', 'form_submitted', 'identified'];
/** What the histories write that claims nothing: stand-ins, masked values, dates that are none or cannot be. */
const NOTHING = new Set([
  ...['', 'unknown', '散客', '顾客', 'guest', '微信用户', '王*芳', '建国路**号'],
  ...['1890-01-01', '1985-02-29', '2999-01-01', '0000-00-00'],
]);
const PARTS = new Set(['陈先生', '李先生', '欧阳女士', '王小姐', '赵']);

/** `facts` of one customer, oldest first. */
export function recountTraits(facts: readonly Fact[]): Record<string, TraitTold> {
  const names = new Set(facts.flatMap(({ event }) => Object.keys(event.traits ?? {})));
  return Object.fromEntries(
    [...names].sort().flatMap((trait): [string, TraitTold][] => {
      const told = recountTrait(trait, facts);
      return told ? [[trait, told]] : [];
    }),
  );
}

function recountTrait(trait: string, facts: readonly Fact[]): TraitTold | null {
  const claims = begun(facts.flatMap((fact) => claimOf(trait, fact) ?? []));
  const [winner] = claims.sort((a, b) => better(trait, b, a));
  if (!winner) return null;
  const others = new Map<Value, Claim>();
  for (const claim of claims.filter(({ value }) => value !== winner.value)) {
    const known = others.get(claim.value);
    if (!known || byTime(claim.fact, known.fact) > 0) others.set(claim.value, claim);
  }
  return {
    ...told(winner),
    event: winner.fact.event.id,
    others: [...others.values()].sort((a, b) => byTime(a.fact, b.fact)).map(told),
  };
}

function told({ value, fact }: Claim): Other {
  const { channel, source } = fact.event;
  return { value, channel, source, time: iso(fact.time) };
}

function claimOf(trait: string, fact: Fact): Claim | null {
  const raw = fact.event.traits?.[trait];
  const value = typeof raw === 'string' ? raw.trim() : raw;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
  if (typeof value === 'string' && NOTHING.has(value)) return null;
  return { value, registered: REGISTERING.includes(fact.event.type), fact };
}

/** A source that says again what it said last began to say it then. */
function begun(claims: readonly Claim[]): Claim[] {
  const last = new Map<string, Value>();
  return claims.filter(({ value, registered, fact: { event } }) => {
    const who = [event.channel, event.source, registered].join('|');
    const repeats = last.has(who) && last.get(who) === value;
    last.set(who, value);
    return !repeats;
  });
}

/** Positive where `a` is to be preferred. */
function better(trait: string, a: Claim, b: Claim): number {
  const full = (claim: Claim): number => (trait === 'name' && PARTS.has(String(claim.value)) ? 0 : 1);
  return (
    Number(a.registered) - Number(b.registered) ||
    full(a) - full(b) ||
    a.fact.time - b.fact.time ||
    compare(a.fact.key, b.fact.key)
  );
}
