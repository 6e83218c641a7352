import { kindRank } from '../schemas/identifier.ts';
import { namesRelation, shareName } from './tenure.ts';

/**
 * Sets of vertices that may be joined only where no rule forbids it. A vertex is a node, or a mobile within one tenure.
 * Each set knows its one-per-customer values, the names said of it, and on which side of which decision it stands.
 * Names are kept as voices: what was said of one whom accounts and cards alone make one, or with a contact alone. One
 * who is known by two names is one voice; two whom only a contact joined are two.
 */
export type Group = {
  id: string;
  vertices: string[];
  ones: Map<string, string>;
  voices: ReadonlySet<string>[];
  /** By decision: LEFT, RIGHT, or both where a later link has joined across it. */
  sides: Map<string, number>;
};
const LEFT = 1;
const RIGHT = 2;
export type Refusal = { rule: string; a: Group; b: Group };
export type Unions = {
  add(vertex: Vertex): void;
  has(vertex: string): boolean;
  find(vertex: string): Group;
  /** From now on sets that are joined keep their voices. */
  settle(): void;
  /** `veto`: names that contradict each other forbid it too. Null when joined, or joined already. */
  join(a: string, b: string, veto: boolean): Refusal | null;
  /** A name said of a vertex counts where it does not contradict those who have it already. */
  say(vertex: string, name: string): void;
  /** A person's decision: no rule stands against it but the side of a later decision. */
  force(a: string, b: string, later: ReadonlySet<string>): void;
  /** Puts two lists of vertices on the two sides of a decision, unless a later one has joined them already. */
  part(decision: string, sides: readonly [readonly string[], readonly string[]]): void;
  groups(): Group[];
};

export type Vertex = { id: string; one: { kind: string; value: string } | null; names: readonly string[] };

export function makeUnions(): Unions {
  const parent = new Map<string, string>();
  let settled = false;
  const groups = new Map<string, Group>();
  const add = ({ id, one, names }: Vertex): void => {
    parent.set(id, id);
    const ones = new Map(one ? [[one.kind, one.value]] : []);
    const voices = names.length > 0 ? [new Set(names)] : [];
    groups.set(id, { id, vertices: [id], ones, voices, sides: new Map() });
  };
  const find = (vertex: string): Group => {
    const group = groups.get(rootOf(parent, vertex));
    if (!group) throw new Error('a vertex that no evidence names');
    return group;
  };
  const unite = (a: Group, b: Group): void => {
    const [big, small] = a.vertices.length >= b.vertices.length ? [a, b] : [b, a];
    parent.set(small.id, big.id);
    groups.delete(small.id);
    big.vertices.push(...small.vertices);
    for (const [kind, value] of small.ones) big.ones.set(kind, value);
    const voices = [...big.voices, ...small.voices];
    big.voices = settled || voices.length < 2 ? voices : [new Set(voices.flatMap((voice) => [...voice]))];
    for (const [decision, side] of small.sides) big.sides.set(decision, side | (big.sides.get(decision) ?? 0));
  };
  return {
    add,
    has: (vertex) => parent.has(vertex),
    find,
    settle: () => {
      settled = true;
    },
    part: (decision, sides) => {
      const [left, right] = sides.map((side) => new Set(side.map(find)));
      if (!left || !right || [...left].some((group) => right.has(group))) return;
      for (const group of left) group.sides.set(decision, LEFT);
      for (const group of right) group.sides.set(decision, RIGHT);
    },
    join: (one, other, veto) => {
      const [a, b] = [find(one), find(other)];
      if (a === b) return null;
      const rule = forbidden(a, b, veto);
      if (rule) return { rule, a, b };
      unite(a, b);
      return null;
    },
    say: (vertex, name) => {
      const { voices } = find(vertex);
      if (!contradict(voices, [new Set([name])])) voices.push(new Set([name]));
    },
    force: (one, other, later) => {
      const [a, b] = [find(one), find(other)];
      if (a !== b && !apart(a, b, later)) unite(a, b);
    },
    groups: () => [...groups.values()],
  };
}

/** The vertex that stands for the set; the way to it is halved. */
function rootOf(parent: Map<string, string>, vertex: string): string {
  let at = vertex;
  for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) {
    parent.set(at, parent.get(up) ?? up);
    at = up;
  }
  return at;
}

function apart(a: Group, b: Group, among: ReadonlySet<string> | null = null): boolean {
  for (const [decision, side] of a.sides) {
    const other = b.sides.get(decision) ?? 0;
    const across = (side & LEFT && other & RIGHT) || (side & RIGHT && other & LEFT);
    if (across && (among === null || among.has(decision))) return true;
  }
  return false;
}

function forbidden(a: Group, b: Group, veto: boolean): string | null {
  if (apart(a, b)) return 'decided';
  const clashing = [...a.ones].filter(([kind, value]) => b.ones.has(kind) && b.ones.get(kind) !== value);
  const [worst] = clashing.map(([kind]) => kind.split('@')[0] ?? kind).sort((x, y) => kindRank(x) - kindRank(y));
  if (worst) return `one_per_customer:${worst}`;
  if (veto && contradict(a.voices, b.voices)) return 'names_differ';
  return null;
}

/** Two voices that differ keep their groups apart, unless a third is known by the names of both. */
function contradict(a: Group['voices'], b: Group['voices']): boolean {
  const voices = [...a, ...b].map((voice) => [...voice]);
  const differ = (one: readonly string[], other: readonly string[]): boolean =>
    namesRelation(one, other) === 'contradict' &&
    !voices.some((third) => shareName(third, one) && shareName(third, other));
  return voices.slice(0, a.length).some((one) => voices.slice(a.length).some((other) => differ(one, other)));
}
