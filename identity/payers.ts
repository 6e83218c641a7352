import { numberGroups, ownerSpans } from './conclude.ts';
import { contestOf } from './contest.ts';
import { type AnchorEvidence, compareText } from './evidence.ts';
import { spanAt } from './spans.ts';
import type { Work } from './work.ts';

/**
 * Payers: an OpenID that bears nothing else is known by its payments alone. It belongs to the customer whose receipts
 * these paid, where that is one and the same for all; who paid for two customers is nobody's other self (CONTRACT §2).
 */
export const isPayer = (nodes: readonly { kind: string }[]): boolean =>
  nodes.length === 1 && nodes[0]?.kind === 'wechat_openid';

/** Anchors that a payer or a receipt remembers of the other side; beyond that a payer pays for too many to be one. */
export const MAX_PAID = 64;

/** Joins payers to those they paid for, the earliest first. No rule is broken for it, and nothing held. */
export function joinPayers(work: Work): void {
  const payers = work.anchors.filter((anchor) => isLonePayer(anchor, work));
  if (payers.length === 0) return;
  const numbers = numberGroups(work);
  const contest = contestOf(work, numbers);
  const byId = new Map(work.anchors.map((anchor) => [anchor.anchor, anchor]));
  const vertices = new Map(work.unions.groups().map(({ vertices: [vertex = ''] }) => [numbers(vertex), vertex]));
  payers.sort((a, b) => a.early.time - b.early.time || compareText(a.early.key, b.early.key));
  for (const payer of payers) {
    const found = new Set<number | null>();
    for (const { anchor, time } of payer.paid ?? []) {
      const target = byId.get(anchor);
      if (target) found.add(spanAt(ownerSpans(target, work, numbers, contest), time)?.group ?? null);
    }
    const [only] = found;
    const one = work.usable.get(payer.anchor)?.[0]?.node;
    const other = found.size === 1 && only !== null && only !== undefined ? vertices.get(only) : undefined;
    if (one !== undefined && other !== undefined) work.unions.join(one, other, false);
  }
}

function isLonePayer({ anchor, paid = [] }: AnchorEvidence, { usable, unions }: Work): boolean {
  const nodes = usable.get(anchor) ?? [];
  const [top] = nodes;
  if (!top || !isPayer(nodes) || paid.length === 0 || paid.length >= MAX_PAID) return false;
  return unions.find(top.node).vertices.length === 1;
}
