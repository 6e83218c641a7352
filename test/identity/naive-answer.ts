import { type AnchorEvidence, compareStamps, compareText, type Stamp } from '../../identity/evidence.ts';
import { spanAt } from '../../identity/spans.ts';
import type { ClusterGroup, Held, NodeState, Span } from '../../identity/work.ts';
import { kindRule, STRENGTH } from '../../schemas/identifier.ts';
import type { Answer, Point, Refused, Town } from './naive-town.ts';
import { tenureOf, timesOf } from './naive-town.ts';

/** From the labels to the answer: who owns, who holds, what is shared, slipped, past or waits for a person. */
export type Told = Town & {
  shared: Point[];
  slips: Refused[];
  taken: Refused[];
  /** The label of the group that answers for a point. */
  answers(point: Point): number;
  ownerAt(anchor: AnchorEvidence, time: number): number | null;
};

const isContact = (kind: string): boolean => kindRule(kind)?.contact === true;
const ALWAYS = Number.NEGATIVE_INFINITY;

export const pointAt = (town: Town, node: string, time: number): Point | undefined =>
  town.points.find((point) => point.node === node && (point.at < 0 || point.at === tenureOf(town.tenures(node), time)));

export function naiveAnswer(town: Town): Omit<Answer, 'hot'> {
  const told = judge(town);
  const starts = [
    ...new Set([ALWAYS, ...town.points.flatMap(({ node }) => town.tenures(node).map(({ from }) => from))]),
  ];
  starts.sort((a, b) => a - b);
  const spansOf = (at: (time: number) => number | null): Span[] => {
    const spans = starts.map((from) => ({ from, group: at(from) }));
    return spans.filter((span, index) => index === 0 || spans[index - 1]?.group !== span.group);
  };
  const first = new Map(town.evidence.anchors.map((anchor) => [anchor, spansOf((time) => told.ownerAt(anchor, time))]));
  // A group of which no event is known can be no customer: what was sent to it goes to who came before, or else after.
  const known = new Set(
    [...first].flatMap(([anchor, spans]) =>
      spans.flatMap(({ group }, at) => (stampsIn(anchor, spans, at).length > 0 ? [group] : [])),
    ),
  );
  const owners = new Map(
    [...first].map(([anchor, spans]) => {
      const ownerAt = (time: number): number | null => {
        const then = spans.filter(({ from, group }) => from <= time && known.has(group)).at(-1);
        return (then ?? spans.find(({ group }) => known.has(group)))?.group ?? null;
      };
      return [anchor.anchor, spansOf(ownerAt)];
    }),
  );
  told.ownerAt = (anchor, time) => spanAt(owners.get(anchor.anchor) ?? [], time)?.group ?? null;
  const holders = new Map(
    town.points.map(({ node }) => [
      node,
      spansOf((time) => {
        const point = pointAt(town, node, time);
        return point ? told.answers(point) : null;
      }),
    ]),
  );
  const groups = town.points.map((_, label) => groupAt(label, told, owners));
  return { groups, owners, holders, held: heldIn(told) };
}

export function judge(town: Town): Told {
  const disputes = town.refused.filter(({ a, b }) => b.at >= 0 && a.label !== b.label);
  const taken = disputes.filter(({ rule, nodes }) => rule === 'decided' && areNamedApart(town, nodes));
  const weighed = disputes.filter((one) => !taken.includes(one));
  const holds = (one: Refused): boolean => {
    const undisputed = town.evidence.anchors.flatMap((anchor) => {
      const node = town.left(anchor).find((other) => other.node === one.b.node);
      const bears = node && town.borne(anchor, node.node).includes(one.b.at);
      return bears && !disputes.some(({ anchor: other, b }) => other === anchor && b === one.b) ? [node.strength] : [];
    });
    return one.strength >= STRENGTH.registered || undisputed.every((strength) => one.strength >= strength);
  };
  const shared = [...new Set(weighed.filter(holds).map(({ b }) => b))];
  const slips = weighed.filter((one) => !holds(one));
  const told: Told = { ...town, shared, slips, taken, answers: ({ label }) => label, ownerAt: () => null };
  told.answers = (point) => (shared.includes(point) ? (firstHolder(told, point) ?? point.label) : point.label);
  told.ownerAt = (anchor, time) => {
    const points = town.left(anchor).flatMap(({ node }) => pointAt(town, node, time) ?? []);
    const own = points[0]?.at === -1 ? points[0] : (points.find((point) => !shared.includes(point)) ?? points[0]);
    return own ? told.answers(own) : null;
  };
  return told;
}

function areNamedApart({ evidence }: Town, [a, b]: readonly [string, string]): boolean {
  return evidence.decisions.some((decision) => {
    if (decision.what !== 'apart') return false;
    const [one, other] = decision.sides.map(({ nodes }) => nodes);
    return (one?.includes(a) && other?.includes(b)) || (one?.includes(b) && other?.includes(a)) || false;
  });
}

const isAmong = (refused: readonly Refused[], anchor: AnchorEvidence, point: Point): boolean =>
  refused.some((one) => one.anchor === anchor && one.b === point);

function firstHolder(told: Told, point: Point): number | undefined {
  const uses = told.evidence.anchors.flatMap((anchor) => {
    const [top] = told.left(anchor);
    const bears =
      told.left(anchor).some(({ node }) => node === point.node) && told.borne(anchor, point.node).includes(point.at);
    if (!top || !bears || isAmong(told.slips, anchor, point) || isAmong(told.taken, anchor, point)) return [];
    const tenures = told.tenures(point.node);
    const starts = anchor.uses.flatMap(({ runs }) => runs.map(({ start }) => start));
    const then = starts.filter((time) => tenureOf(tenures, time) === point.at);
    const time = then.length > 0 ? Math.min(...then) : Math.max(anchor.early.time, tenures[point.at]?.from ?? 0);
    const by = isContact(top.kind) ? point : told.points.find(({ node }) => node === top.node);
    return by ? [{ time, key: anchor.early.key, label: by.label, mute: told.left(anchor).length === 1 }] : [];
  });
  // The number alone does not say who used it, unless all that is known of its user is the number.
  const heard = uses.filter(({ mute, label }) => !mute || uses.every((other) => other.mute || other.label !== label));
  return heard.sort((a, b) => a.time - b.time || compareText(a.key, b.key))[0]?.label;
}

/** Stamps that are known of an anchor, those that fall into one of its spans. */
export function stampsIn(anchor: AnchorEvidence, spans: readonly Span[], at: number): Stamp[] {
  const inside = ({ time }: Stamp): boolean => spans.filter(({ from }) => from <= time).length - 1 === at;
  return [anchor.first, ...anchor.uses.flatMap(({ runs }) => runs.map(({ first }) => first))].filter(inside);
}

function isUsedIn(anchor: AnchorEvidence, spans: readonly Span[], at: number): boolean {
  const from = spans[at]?.from ?? ALWAYS;
  const until = spans[at + 1]?.from ?? Number.POSITIVE_INFINITY;
  const meets = anchor.uses.some(({ runs }) => runs.some(({ start, end }) => end >= from && start < until));
  return spans.length === 1 || meets || stampsIn(anchor, spans, at).length > 0;
}

function groupAt(label: number, told: Told, owners: ReadonlyMap<string, Span[]>): ClusterGroup {
  const owned = told.evidence.anchors.flatMap((anchor) => {
    const spans = owners.get(anchor.anchor) ?? [];
    return spans.flatMap((span, at) =>
      span.group === label && isUsedIn(anchor, spans, at)
        ? [{ anchor, from: span.from, stamps: stampsIn(anchor, spans, at) }]
        : [],
    );
  });
  const stamps = owned.flatMap((one) => one.stamps.map((stamp) => ({ stamp, anchor: one.anchor.anchor })));
  const first = stamps.sort((a, b) => compareStamps(a.stamp, b.stamp))[0];
  const anchors = [...new Set(owned.map(({ anchor }) => anchor))];
  const nodes = new Map<string, NodeState>();
  for (const node of new Set(anchors.flatMap(told.left).map((one) => one.node))) {
    const state = stateOf(node, label, anchors, told);
    if (state) nodes.set(node, state);
  }
  return {
    first: first?.stamp ?? { received: Number.POSITIVE_INFINITY, time: Number.POSITIVE_INFINITY, key: '' },
    origin: first?.anchor ?? '',
    anchors: owned
      .map(({ anchor, from }) => ({ anchor: anchor.anchor, from }))
      .sort((a, b) => compareText(a.anchor, b.anchor) || a.from - b.from),
    nodes,
    aliases: [],
  };
}

function stateOf(node: string, label: number, anchors: readonly AnchorEvidence[], told: Told): NodeState | null {
  const bearing = anchors.filter((anchor) => told.left(anchor).some((one) => one.node === node));
  const account = told.points.find((point) => point.node === node && point.at < 0);
  if (account) {
    if (account.label === label) return 'active';
    const left = bearing.filter((anchor) => !areNamedApart(told, [told.left(anchor)[0]?.node ?? '', node]));
    return left.length > 0 ? 'quarantined' : null;
  }
  const points = told.points.filter((point) => point.node === node);
  const uses = bearing.flatMap((anchor) => {
    const led = isContact(told.left(anchor)[0]?.kind ?? '');
    const times = timesOf(anchor).filter((time) => told.ownerAt(anchor, time) === label);
    const at = led ? times.map((time) => tenureOf(told.tenures(node), time)) : told.borne(anchor, node);
    return points.filter((point) => at.includes(point.at)).map((point) => ({ anchor, point }));
  });
  const borne = uses.filter(
    ({ anchor, point }) => ![...told.slips, ...told.taken].some((one) => one.anchor === anchor && one.b === point),
  );
  const present = points.reduce((a, b) => (b.at > a.at ? b : a));
  if (borne.length === 0)
    return uses.some(({ anchor, point }) => isAmong(told.slips, anchor, point)) ? 'quarantined' : null;
  if (told.answers(present) !== label && !borne.some(({ point }) => point === present)) return 'past';
  return told.shared.includes(present) ? 'shared' : 'active';
}

function heldIn(told: Told): Held[] {
  const held: Held[] = [];
  for (const { rule, nodes, anchor, a, b } of told.refused) {
    if (rule === 'decided' || a.label === b.label || isAmong(told.slips, anchor, b)) continue;
    const known = held.some((one) => one.rule === rule && one.nodes.join() === nodes.join());
    if (!known) held.push({ rule, nodes, anchor: anchor.anchor, groups: [a.label, b.label] });
  }
  return held;
}
