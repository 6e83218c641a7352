import { type Contest, isTakenOut } from './contest.ts';
import type { AnchorEvidence, AnchorNode } from './evidence.ts';
import { spanAt } from './spans.ts';
import {
  isContact,
  type NodeState,
  type Numbers,
  type Span,
  tenureAt,
  tenuresBorne,
  tenuresFor,
  timesBorne,
  vertexOf,
  type Work,
} from './work.ts';

type Context = { work: Work; contest: Contest; numbers: Numbers; owners: ReadonlyMap<string, readonly Span[]> };

/** What the identifiers that a group's anchors bear are to it. Those that a person took away from it are left out. */
export function stateIn(group: number, anchors: readonly AnchorEvidence[], context: Context): Map<string, NodeState> {
  const states = new Map<string, NodeState>();
  const contacts = new Map<string, { borne: Set<number>; slipped: boolean }>();
  for (const anchor of anchors) {
    for (const node of context.work.usable.get(anchor.anchor) ?? []) {
      if (isContact(node.kind)) {
        const known = contacts.get(node.node) ?? { borne: new Set<number>(), slipped: false };
        const { borne, slipped } = borneBy(group, anchor, node, context);
        for (const at of borne) known.borne.add(at);
        contacts.set(node.node, { borne: known.borne, slipped: known.slipped || slipped });
      } else if (context.numbers(node.node) === group) states.set(node.node, 'active');
      else if (!isSplitOff(anchor, node, context)) states.set(node.node, 'quarantined');
    }
  }
  for (const [node, { borne, slipped }] of contacts) {
    const state = contactState(group, node, borne, slipped, context);
    if (state) states.set(node, state);
  }
  return states;
}

function isSplitOff(anchor: AnchorEvidence, node: AnchorNode, { work }: Context): boolean {
  const top = work.usable.get(anchor.anchor)?.[0]?.node ?? '';
  return isTakenOut(work.decisions, [top, node.node]);
}

/** The tenures of a contact in which an anchor bore it while this group owned the anchor. */
function borneBy(
  group: number,
  anchor: AnchorEvidence,
  { node }: AnchorNode,
  { work, contest, owners }: Context,
): { borne: number[]; slipped: boolean } {
  const [top] = work.usable.get(anchor.anchor) ?? [];
  const cut = tenuresFor(work.tenures, node);
  const owned = timesBorne(anchor).filter((time) => spanAt(owners.get(anchor.anchor) ?? [], time)?.group === group);
  const all =
    top && isContact(top.kind)
      ? owned.map((time) => tenureAt(cut, time))
      : tenuresBorne(anchor, work.party.get(anchor.anchor) ?? null, cut);
  const slips = contest.slips.get(anchor.anchor);
  const taken = contest.taken.get(anchor.anchor);
  const slipped = all.filter((at) => slips?.has(vertexOf(node, at)));
  return {
    borne: all.filter((at) => !slipped.includes(at) && !taken?.has(vertexOf(node, at))),
    slipped: slipped.length > 0,
  };
}

/** A contact is what its present tenure is to the group; one it held only before is past, one it never held a slip. */
function contactState(
  group: number,
  node: string,
  borne: ReadonlySet<number>,
  slipped: boolean,
  { work, contest, numbers }: Context,
): NodeState | null {
  if (borne.size === 0) return slipped ? 'quarantined' : null;
  const last = tenuresFor(work.tenures, node).length - 1;
  const vertex = vertexOf(node, last);
  const holder = contest.shared.get(vertex) ?? numbers(vertex);
  if (holder !== group && !borne.has(last)) return 'past';
  return contest.shared.has(vertex) ? 'shared' : 'active';
}
