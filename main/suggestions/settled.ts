import type { IdentityReads } from '../../identity/reads.ts';

/**
 * What is settled between two customers already: they are one, or gone; a conflict between them is open; a person said
 * that they are two.
 */
export type Settled = 'one' | 'held' | 'apart' | null;

export async function settledBetween(reads: IdentityReads, a: string, b: string): Promise<Settled> {
  const [one, other] = await reads.reader.customers([a, b]);
  if (!one || !other || a === b || one.anchors.length === 0 || other.anchors.length === 0) return 'one';
  if (one.conflicts.some((conflict) => other.conflicts.includes(conflict))) return 'held';
  return (await keptApart(reads, one, other)) ? 'apart' : null;
}

type Customer = NonNullable<Awaited<ReturnType<IdentityReads['reader']['customers']>>[number]>;

async function keptApart({ reader }: IdentityReads, one: Customer, other: Customer): Promise<boolean> {
  const [mine, theirs] = [one, other].map(({ anchors }) => anchors.map(({ anchor }) => anchor));
  const [nodes, others] = [one, other].map((customer) => customer.nodes.map(([node]) => node));
  const named = [...(await reader.anchors(mine ?? [])), ...(await reader.nodes(nodes ?? []))];
  const ids = [...new Set(named.flatMap((row) => row?.decisions ?? []))];
  const touches = (side: { anchors: readonly string[]; nodes: readonly string[] }, anchors: string[], own: string[]) =>
    side.anchors.some((anchor) => anchors.includes(anchor)) || side.nodes.some((node) => own.includes(node));
  return (await reader.decisions(ids)).some((decision) => {
    if (decision?.what !== 'apart' || decision.undone) return false;
    const [left, right] = decision.sides;
    const [a, b] = [touches(left, mine ?? [], nodes ?? []), touches(right, theirs ?? [], others ?? [])];
    const [c, d] = [touches(right, mine ?? [], nodes ?? []), touches(left, theirs ?? [], others ?? [])];
    return (a && b) || (c && d);
  });
}
