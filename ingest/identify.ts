import { LRUCache } from 'lru-cache';
import { type IdentifierInput, REGISTERING_TYPES } from '../schemas/event.ts';
import type { IdentifierReason, RefusedIdentifier } from '../schemas/fate.ts';
import { type Identifier, type IdentifierRef, type KindRole, kindRule, STRENGTH } from '../schemas/identifier.ts';
import type { Ring } from '../schemas/ring.ts';
import { normaliseScope, normaliseValue } from './values.ts';

/** What is the same for a value in whatever event it stands. */
type Known = { kind: string; scope: string | null; value: string; role: KindRole; node: string };
type Read = { known?: Known; refused?: { reason: IdentifierReason; detail: string } };

export type Normaliser = {
  /** The identifiers of one event, each node once, and those refused by their place in the input. */
  event(inputs: readonly IdentifierInput[], type: string): { identifiers: Identifier[]; refused: RefusedIdentifier[] };
  /** An identifier as a caller asks for it. `detail` says what the value is and never holds it. */
  ref(ref: IdentifierRef): { identifier: Identifier } | { refused: IdentifierReason; detail: string };
};

/** Some 250 bytes each. Reading and hashing another costs some 10 µs. */
const CACHED = 10_000;
/** Kinds in which somebody has to say whose the value is; all other joining ids are issued by the platform. */
const CLAIMED = new Set(['mobile', 'email', 'hashed_mobile', 'cipher', 'member_card', 'user_id']);
const DERIVED = new Set(['hashed_mobile', 'cipher']);
const NO_SCOPE = new Set(['', 'null', 'undefined', '[object Object]', 'NaN']);

function strengthOf({ kind, role }: Known, verified: boolean, type: string): number {
  if (verified) return STRENGTH.verified;
  if (!CLAIMED.has(kind) && !kind.startsWith('x_')) return role === 'joining' ? STRENGTH.verified : STRENGTH.typed;
  if (REGISTERING_TYPES.has(type) || (kind === 'member_card' && type === 'card_received')) return STRENGTH.registered;
  return DERIVED.has(kind) ? STRENGTH.derived : STRENGTH.typed;
}

function identifierOf(known: Known, verified: boolean, type: string): Identifier {
  const { kind, scope, value, node } = known;
  // An unverified e-mail may be anybody's: it attaches, and only a verified one joins.
  const role = kind === 'email' && verified ? 'joining' : known.role;
  return { kind, scope, value, verified, role, node, strength: strengthOf(known, verified, type) };
}

/** The same node told twice in one event: the surer telling stands. */
function surer(a: Identifier, b: Identifier): Identifier {
  const verified = a.verified || b.verified;
  const role = a.role === 'joining' ? a.role : b.role;
  return { ...a, verified, role, strength: Math.max(a.strength, b.strength) };
}

function makeReader(ring: Ring): (kind: string, scope: string, raw: string, lookup: boolean) => Read {
  const known = (kind: string, scope: string, value: string): Known | undefined => {
    const rule = kindRule(kind);
    if (!rule) return undefined;
    const role = kind === 'email' ? 'attaching' : rule.role;
    return { kind, scope: scope === '' ? null : scope, value, role, node: ring.hash(kind, scope, value) };
  };
  return (kind, givenScope, raw, lookup) => {
    const rule = kindRule(kind);
    if (!rule) return { refused: { reason: 'kind_unknown', detail: 'no such kind of identifier' } };
    const bare = rule.scope === 'none' ? '' : normaliseScope(kind, givenScope);
    const scope = NO_SCOPE.has(bare) ? '' : bare;
    if (rule.scope === 'required' && scope === '') {
      return { refused: { reason: 'scope_missing', detail: `${kind} needs a scope` } };
    }
    const normal = normaliseValue(kind, scope, raw, lookup);
    if ('value' in normal) return { known: known(kind, scope, normal.value) };
    const refused = { reason: normal.refused, detail: normal.detail };
    return normal.kept ? { refused, known: known(normal.kept.kind, '', normal.kept.value) } : { refused };
  };
}

/**
 * Turns identifiers as they are written into identifiers as they are known: one spelling, one keyed hash each.
 * CONTRACT §2 and §3 say what is refused and why. Runs for every event: values seen lately are answered from memory.
 */
export function makeNormaliser(ring: Ring): Normaliser {
  const read = makeReader(ring);
  const lately = new LRUCache<string, Read>({ max: CACHED });
  const readCached = (kind: string, scope: string, raw: string): Read => {
    // Lengths keep a scope and a value from being read as other ones, whatever characters they hold.
    const key = `${kind.length} ${scope.length} ${kind}${scope}${raw}`;
    const hit = lately.get(key);
    if (hit) return hit;
    const fresh = read(kind, scope, raw, false);
    lately.set(key, fresh);
    return fresh;
  };
  return {
    event: (inputs, type) => {
      const identifiers = new Map<string, Identifier>();
      const refused: RefusedIdentifier[] = [];
      for (const [index, input] of inputs.entries()) {
        const { known, refused: why } = readCached(input.kind, input.scope ?? '', input.value);
        if (why) refused.push({ index, reason: why.reason });
        if (!known) continue;
        const found = identifierOf(known, input.verified === true, type);
        const before = identifiers.get(found.node);
        identifiers.set(found.node, before ? surer(before, found) : found);
      }
      return { identifiers: [...identifiers.values()], refused };
    },
    ref: ({ kind, scope, value }) => {
      const { known, refused } = read(kind, scope ?? '', value, true);
      if (refused || !known) return { refused: refused?.reason ?? 'kind_unknown', detail: refused?.detail ?? '' };
      return { identifier: identifierOf(known, false, '') };
    },
  };
}
