import type { LinkView } from '../api/identity/port.ts';
import { strengthName } from '../schemas/identifier.ts';
import type { Ring } from '../schemas/ring.ts';
import { attachedLinks } from './attached.ts';
import { compareText } from './evidence.ts';
import { openNode } from './open.ts';
import type { CustomerRows, IdentityReads } from './reads.ts';
import type { Store } from './store/port.ts';
import { addTie, type Link } from './ties.ts';
import { makeUses, type Uses } from './uses.ts';

/**
 * The identifiers of a customer with what holds them there: for joining ones every other that stood in an event with
 * them, for attaching ones (the newest, see attached.ts) the identifier that leads the anchor which named them. Null
 * for an unknown id.
 */
export function makeLinks(deps: {
  store: Store;
  ring: Ring;
  reads: IdentityReads;
}): (id: string) => Promise<{ items: LinkView[] } | null> {
  const { store, ring, reads } = deps;
  const uses = makeUses(store, ring, reads.reader);
  return async (id) => {
    const rows = await reads.rows(id);
    if (!rows) return null;
    const joining = await joiningLinks(rows, uses);
    const { links, things } = await attachedLinks({ store, ring, reads }, rows);
    const all = new Map(joining);
    for (const [node, link] of links) {
      const known = all.get(node);
      // An e-mail that was verified once and mentioned elsewhere is one identifier, in both roles.
      if (known) for (const one of link.ties.values()) addTie(known, one);
      else all.set(node, link);
    }
    const refOf = (node: string) => openNode(ring, rows.nodes.get(node) ?? things.get(node));
    const items = [...all].flatMap(([node, link]): LinkView[] => {
      const ref = refOf(node);
      return ref ? [{ ...ref, state: link.state, evidence: evidenceOf(link, refOf) }] : [];
    });
    return { items: items.sort(byIdentifier) };
  };
}

type Ref = LinkView['evidence'][number]['with'];

const byIdentifier = (a: Ref, b: Ref): number =>
  compareText(a.kind, b.kind) || compareText(a.scope ?? '', b.scope ?? '') || compareText(a.value, b.value);

async function joiningLinks(rows: CustomerRows, uses: Uses): Promise<Map<string, Link>> {
  const states = new Map(rows.customer.nodes);
  const links = new Map<string, Link>();
  for (const { anchor, row, from } of rows.anchors) {
    if (row.attached) continue;
    const { nodes } = row.evidence;
    for (const { node } of nodes) {
      const state = rows.nodes.get(node)?.suspended ?? states.get(node) ?? 'active';
      if (!links.has(node)) links.set(node, { state, ties: new Map() });
    }
    const told = nodes.length > 1 ? await uses.bySource(anchor, row, from) : [];
    for (const one of nodes) {
      const link = links.get(one.node);
      for (const other of nodes) {
        if (!link || other.node === one.node) continue;
        const strength = Math.min(one.strength, other.strength);
        for (const use of told) addTie(link, { with: other.node, rule: 'same_event', strength, use });
      }
    }
  }
  return links;
}

function evidenceOf(link: Link, refOf: (node: string) => Ref | null): LinkView['evidence'] {
  const evidence = [...link.ties.values()].flatMap((one): LinkView['evidence'] => {
    const partner = refOf(one.with);
    if (!partner) return [];
    const { source, first, last, count, samples } = one.use;
    return [
      {
        with: partner,
        rule: one.rule,
        strength: strengthName(one.strength),
        source,
        first_seen: new Date(first).toISOString(),
        last_seen: new Date(last).toISOString(),
        count,
        events: samples.map(({ id }) => id),
      },
    ];
  });
  return evidence.sort(
    (a, b) =>
      byIdentifier(a.with, b.with) ||
      compareText(a.source.channel, b.source.channel) ||
      compareText(a.source.source, b.source.source) ||
      compareText(a.rule, b.rule),
  );
}
