import { LRUCache } from 'lru-cache';
import type { Services } from '../api/port.ts';
import { makeConflicts } from '../identity/conflicts.ts';
import { makeExplain } from '../identity/explain.ts';
import { makeHistory } from '../identity/history.ts';
import { makeLinks } from '../identity/links.ts';
import { makeReview } from '../identity/review.ts';
import { customerView } from '../profiles/view.ts';
import type { CustomerView } from '../schemas/customer.ts';
import { Problem } from '../schemas/errors.ts';
import type { Identifier, IdentifierRef } from '../schemas/identifier.ts';
import type { House } from './house.ts';
import { makeProposals } from './proposals.ts';
import { recorder } from './record.ts';
import { readTimeline } from './timeline.ts';

const CACHED = 20_000;

/** An identifier as a caller wrote it. Throws Problem identifier_malformed with what the value is. */
function identify(house: House, ref: IdentifierRef): Identifier {
  const read = house.normaliser.ref(ref);
  if ('identifier' in read) return read.identifier;
  throw new Problem('identifier_malformed', `${read.refused}: ${read.detail}`, { reason: read.refused });
}

/** Everything about single customers, answered from the identity store. */
export function makeCustomers(house: House): Pick<Services, 'customers' | 'conflicts'> {
  const { reads, ring } = house;
  const views = makeViews(house);
  const explain = makeExplain(house);
  const conflicts = makeConflicts(house);
  const proposals = makeProposals(house);
  const review = makeReview({
    reads,
    ring,
    record: recorder(house),
  });
  return {
    customers: {
      get: views,
      find: (ref, at) => {
        const { node, role, kind } = identify(house, ref);
        const asThing = role !== 'joining';
        return kind === 'email' ? findMail(house, node, at) : reads.holder(node, asThing, at);
      },
      links: makeLinks(house),
      history: makeHistory(house),
      explain: (id, other) => explain(id, typeof other === 'string' ? other : identify(house, other)),
      timeline: (id, page) => readTimeline(house, id, page),
      merge: (id, other, reason, actor) => review.merge(id, other, { reason, actor }),
      splitNodes: (id, nodes, reason, actor) =>
        review.splitNodes(
          id,
          nodes.map((node) => identify(house, node)),
          { reason, actor },
        ),
      splitMerge: (id, merge, reason, actor) => review.splitMerge(id, merge, { reason, actor }),
    },
    conflicts: {
      list: async (state, page) => {
        const { items, next } = await conflicts.list(state, page);
        return { items: await Promise.all(items.map(proposals.shown)), next };
      },
      decide: async (id, decision, reason, actor) => {
        if (!(await conflicts.one(id))) throw unknownConflict();
        await proposals.decide(id, decision, { reason, actor }, (by) => review.conflict(id, decision, by));
        const view = await conflicts.one(id);
        if (!view) throw unknownConflict();
        return proposals.shown(view);
      },
    },
  };
}

const unknownConflict = (): Problem => new Problem('conflict_unknown', 'there is no conflict with this id');

/** An e-mail joins where it was verified, and attaches where it was only mentioned. */
async function findMail(house: House, node: string, at: number | null): Promise<string | null> {
  return (await house.reads.holder(node, false, at)) ?? house.reads.holder(node, true, at);
}

/** Views are kept until a commit changes their customer; where other processes write too, nothing is kept. */
function makeViews(house: House): (id: string) => Promise<CustomerView | null> {
  const cache = house.alone ? new LRUCache<string, CustomerView>({ max: CACHED }) : null;
  let commits = 0;
  house.onChange((customers) => {
    commits += 1;
    for (const id of customers) cache?.delete(id);
  });
  return async (id) => {
    const kept = cache?.get(id);
    if (kept) return kept;
    const before = commits;
    const rows = await house.reads.rows(id);
    if (!rows) return null;
    const view = customerView(rows, house.ring);
    if (before === commits) cache?.set(rows.id, view);
    return view;
  };
}
