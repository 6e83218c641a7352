import type { AnchorEvidence, AnchorNode } from './evidence.ts';
import { namesOf } from './quiet.ts';
import type { Policy } from './rules.ts';
import { type ClusterGroup, type Clustering, type Evidence, isContact, type Span, type Work } from './work.ts';

/**
 * The answer of `cluster` for the commonest component, one anchor that contradicts itself in nothing; null for any
 * other. Most customers have one anchor, and this is the path their first event takes.
 */
export function aloneOf(evidence: Evidence, usable: Work['usable'], hot: Set<string>): Clustering | null {
  const [anchor, more] = evidence.anchors;
  if (!anchor || more || anchor.migrates || evidence.decisions.length > 0) return null;
  const nodes = usable.get(anchor.anchor) ?? [];
  const [top] = nodes;
  if (
    !top ||
    isTwofold(nodes, evidence.policy) ||
    (isContact(top.kind) && namesOf(anchor).length > 1) ||
    isLost(anchor.uses)
  )
    return null;
  const span: Span = { from: Number.NEGATIVE_INFINITY, group: 0 };
  const group: ClusterGroup = {
    first: anchor.first,
    origin: anchor.anchor,
    anchors: [{ anchor: anchor.anchor, from: span.from }],
    nodes: new Map(nodes.map(({ node }) => [node, 'active'])),
    aliases: [],
  };
  return {
    groups: [group],
    owners: new Map([[anchor.anchor, [span]]]),
    holders: new Map(nodes.map(({ node }) => [node, [span]])),
    held: [],
    hot,
    quiet: hot.size === 0,
  };
}

/** Two values of a one-per-customer kind. */
function isTwofold(nodes: readonly AnchorNode[], { isOne }: Policy): boolean {
  const ones = nodes.filter(({ kind }) => isOne(kind));
  return ones.length > 1 && new Set(ones.map(({ kind, scope }) => `${kind}@${scope}`)).size < ones.length;
}

export const isLost = (uses: AnchorEvidence['uses']): boolean =>
  uses.some(({ runs }) => runs.some(({ lost }) => lost !== undefined));
