import { kindRank, kindRule } from '../schemas/identifier.ts';
import { type AnchorEvidence, type AnchorNode, compareText } from './evidence.ts';

/** "These two belong together": said by one anchor, between two vertices. `nodes` are the nodes behind them. */
export type Edge = { a: string; b: string; nodes: [string, string]; strength: number; anchor: AnchorEvidence };

/** Strongest first, then earliest by event time, ties by event key: the order in which unions are tried. */
export function sortEdges(edges: readonly Edge[]): Edge[] {
  return [...edges].sort(
    (x, y) =>
      y.strength - x.strength ||
      x.anchor.early.time - y.anchor.early.time ||
      compareText(x.anchor.early.key, y.anchor.early.key) ||
      compareText(x.a, y.a) ||
      compareText(x.b, y.b),
  );
}

/** Most specific first: account, platform id and card before any contact. */
export function sortNodes(nodes: readonly AnchorNode[]): AnchorNode[] {
  return [...nodes].sort((a, b) => kindRank(a.kind) - kindRank(b.kind) || compareText(a.node, b.node));
}

/**
 * Values with more distinct partners of a kind than their cap allows: shop-clerk and call-centre numbers.
 * Judged on raw evidence, never on customers, so that it does not depend on what was joined.
 */
export function hotNodes(anchors: readonly AnchorEvidence[]): Set<string> {
  const partners = new Map<string, { kind: string; by: Map<string, Set<string>> }>();
  for (const { nodes } of anchors) {
    for (const node of nodes) {
      if (!kindRule(node.kind)?.cap) continue;
      const found = partners.get(node.node) ?? { kind: node.kind, by: new Map<string, Set<string>>() };
      partners.set(node.node, found);
      for (const other of nodes) {
        if (other.node === node.node) continue;
        const values = found.by.get(other.kind) ?? new Set<string>();
        found.by.set(other.kind, values.add(other.node));
      }
    }
  }
  const hot = new Set<string>();
  for (const [node, { kind, by }] of partners) {
    const over = (kindRule(kind)?.cap ?? []).some((cap) =>
      [...by].some(([partner, values]) => (cap.kind === '*' || cap.kind === partner) && values.size > cap.over),
    );
    if (over) hot.add(node);
  }
  return hot;
}
