import type { AnchorEvidence, AnchorNode } from '../../identity/evidence.ts';
import { compareText } from '../../identity/evidence.ts';
import type { Evidence } from '../../identity/work.ts';
import { kindRank, STRENGTH } from '../../schemas/identifier.ts';
import { judge, naiveAnswer } from './naive-answer.ts';
import { type NaiveParty, type NaiveTenure, type NaiveUse, naiveTenures } from './naive-tenure.ts';
import { movedTogether, thinOut, waiting } from './naive-thin.ts';
import {
  type Answer,
  isContact,
  naiveHot,
  type Point,
  type Refused,
  type Town,
  tenureOf,
  timesOf,
  type Wish,
} from './naive-town.ts';
import { voicesDiffer, voicesOf } from './naive-voices.ts';

/** Accounts and cards as points; contacts too once their tenures are known. */
function pointsOf({ anchors, policy }: Evidence, left: Town['left'], tenures: Town['tenures'] | null): Point[] {
  const points: Point[] = [];
  const moved = movedTogether(anchors, left);
  const add = (point: Omit<Point, 'label' | 'voice' | 'names' | 'one'>): void => {
    if (!points.some(({ id }) => id === point.id)) {
      const one = policy.isOne(point.kind) ? moved(point.node) : '';
      points.push({ ...point, one, names: [], voice: points.length, label: points.length });
    }
  };
  for (const anchor of anchors) {
    for (const { node, kind, scope } of left(anchor)) {
      if (!isContact(kind)) add({ id: node, node, kind, scope, at: -1 });
      else for (const at of tenures?.(node).keys() ?? []) add({ id: `${node}#${at}`, node, kind, scope, at });
    }
  }
  // A name belongs to the account or card that leads an anchor; those said with a contact alone are heard later.
  for (const point of points.filter(({ at }) => at < 0)) {
    const led = anchors.filter((anchor) => left(anchor)[0]?.node === point.node);
    point.names = led.flatMap(({ uses }) => uses.map(({ name }) => name)).filter((name) => name !== '');
  }
  return points;
}

type Apart = { left: Point[]; right: Point[]; received: number; id: string };

const groupOf = (points: readonly Point[], { label }: Point): Point[] =>
  points.filter((point) => point.label === label);
function unite(points: readonly Point[], a: Point, b: Point): void {
  for (const point of groupOf(points, b)) point.label = a.label;
}

function areApart(points: readonly Point[], aparts: readonly Apart[], a: Point, b: Point): boolean {
  const [one, other] = [groupOf(points, a), groupOf(points, b)];
  const meet = (group: readonly Point[], side: readonly Point[]): boolean =>
    group.some((point) => side.includes(point));
  return aparts.some(
    ({ left, right }) => (meet(one, left) && meet(other, right)) || (meet(one, right) && meet(other, left)),
  );
}

type Decided = Pick<Town, 'evidence' | 'left' | 'tenures'>;

const topOf = (town: Decided, id: string): string | undefined =>
  town.evidence.anchors.filter(({ anchor }) => anchor === id).map((anchor) => town.left(anchor)[0]?.node)[0];

/** What people took apart, whatever else they said: the evidence joins nothing across it. */
function apartsOf(town: Decided, points: readonly Point[]): Apart[] {
  return town.evidence.decisions.flatMap((decision) => {
    if (decision.what !== 'apart') return [];
    const [left = [], right = []] = decision.sides.map(({ anchors, nodes }) =>
      points.filter(({ node }) => nodes.includes(node) || anchors.some((anchor) => topOf(town, anchor) === node)),
    );
    return left.some((point) => right.includes(point))
      ? []
      : [{ left, right, received: decision.received, id: decision.id }];
  });
}

/**
 * Links join what the evidence left apart, from the latest to the first; only what was said after one stands against
 * it.
 */
function linkAll(town: Decided, points: readonly Point[], aparts: readonly Apart[]): void {
  const links = town.evidence.decisions.flatMap((decision) => (decision.what === 'link' ? [decision] : []));
  links.sort((a, b) => b.received - a.received || compareText(b.id, a.id));
  for (const link of links) {
    const [a, b] = link.anchors.map((anchor, at) => {
      const node = topOf(town, anchor);
      const time = link.times[at] ?? 0;
      return points.find((point) => {
        if (point.node !== node) return false;
        return point.at < 0 || point.at === tenureOf(town.tenures(point.node), time);
      });
    });
    const later = aparts.filter(
      ({ received, id }) => received > link.received || (received === link.received && id > link.id),
    );
    if (a && b && !areApart(points, later, a, b)) unite(points, a, b);
  }
}

function ruleAgainst(
  points: readonly Point[],
  aparts: readonly Apart[],
  a: Point,
  b: Point,
  veto: boolean,
): string | null {
  if (areApart(points, aparts, a, b)) return 'decided';
  const [one, other] = [groupOf(points, a), groupOf(points, b)];
  const clashing = one.filter(
    (x) => x.one !== '' && other.some((y) => y.kind === x.kind && y.scope === x.scope && y.one !== x.one),
  );
  const [worst] = clashing.map(({ kind }) => kind).sort((x, y) => kindRank(x) - kindRank(y));
  if (worst) return `one_per_customer:${worst}`;
  return veto && voicesDiffer(voicesOf(one), voicesOf(other)) ? 'names_differ' : null;
}

/** Strongest first, then earliest, then by name: the next is the one that no other comes before. */
function fulfil(wishes: readonly Wish[], points: readonly Point[], aparts: readonly Apart[], veto: boolean): Refused[] {
  const left = [...wishes];
  const refused: Refused[] = [];
  const rank = (x: Wish, y: Wish): number =>
    y.strength - x.strength ||
    x.time - y.time ||
    compareText(x.anchor.early.key, y.anchor.early.key) ||
    Number(x.name === undefined) - Number(y.name === undefined) ||
    compareText(x.a.id, y.a.id) ||
    compareText(x.b.id, y.b.id) ||
    compareText(x.name ?? '', y.name ?? '');
  while (left.length > 0) {
    const wish = left.reduce((best, one) => (rank(one, best) < 0 ? one : best));
    left.splice(left.indexOf(wish), 1);
    if (wish.name !== undefined) {
      if (!voicesDiffer(voicesOf(groupOf(points, wish.a)), [[wish.name]])) wish.a.names.push(wish.name);
      continue;
    }
    if (wish.a.label === wish.b.label) continue;
    const rule = ruleAgainst(points, aparts, wish.a, wish.b, veto);
    if (rule) refused.push({ ...wish, rule });
    else unite(points, wish.a, wish.b);
  }
  return refused;
}

function wishesOf(town: Omit<Town, 'refused'>, contacts: boolean): Wish[] {
  return town.evidence.anchors.flatMap((anchor): Wish[] => {
    const all = town.left(anchor);
    const [top, ...rest] = contacts ? all : all.filter(({ kind }) => !isContact(kind));
    const point = (node: string, at: number): Point[] =>
      town.points.filter((one) => one.node === node && one.at === at);
    if (!top) return [];
    return rest
      .filter(({ kind }) => isContact(kind) === contacts)
      .flatMap((other): Wish[] => {
        const strength = Math.min(top.strength, other.strength);
        const pairs = !contacts
          ? [[-1, -1]]
          : isContact(top.kind)
            ? timesOf(anchor).map((time) => [top, other].map(({ node }) => tenureOf(town.tenures(node), time)))
            : town.borne(anchor, other.node).map((at) => [-1, at]);
        return pairs.flatMap(([from, to]) =>
          point(top.node, from ?? -1).flatMap((a) =>
            point(other.node, to ?? -1).map(
              (b): Wish => ({ a, b, nodes: [top.node, other.node], strength, anchor, time: anchor.early.time }),
            ),
          ),
        );
      });
  });
}

/** Names that came with a contact and nothing more specific. */
function namesSaid(town: Omit<Town, 'refused'>): Wish[] {
  return town.evidence.anchors.flatMap((anchor) => {
    const [top] = town.left(anchor);
    return anchor.uses.flatMap(({ name, runs }) =>
      runs.flatMap(({ start: time, registered }): Wish[] => {
        const at = top && isContact(top.kind) && name !== '' ? tenureOf(town.tenures(top.node), time) : -1;
        const a = town.points.find((point) => at >= 0 && point.node === top?.node && point.at === at);
        const strength = registered === null ? STRENGTH.typed : STRENGTH.registered;
        return a ? [{ a, b: a, nodes: [a.node, a.node], strength, anchor, time, name }] : [];
      }),
    );
  });
}

/**
 * `cluster` once more, from the contract, as simply and slowly as can be: who belongs together is a list of labels that
 * is rewritten at every union, and whatever is asked of a group is found by looking at everything again. Aliases are
 * told apart.
 */
export function naiveCluster(evidence: Evidence): Answer {
  const { anchors, policy } = evidence;
  const hot = naiveHot(evidence);
  const usable = new Map(
    anchors.map((anchor): [AnchorEvidence, AnchorNode[]] => [
      anchor,
      anchor.nodes
        .filter(({ node }) => !hot.has(node) && !evidence.suspended.has(node))
        .filter(({ kind, strength }) => strength >= policy.least(kind))
        .sort((a, b) => policy.rank(a.kind) - policy.rank(b.kind) || compareText(a.node, b.node)),
    ]),
  );
  const joinable = new Map(usable);
  thinOut(usable, policy.limit);
  const left: Town['left'] = (anchor) => usable.get(anchor) ?? [];
  // First without contacts: who is known to be one person whatever the numbers say.
  const before = { evidence, left, tenures: (): NaiveTenure[] => [], borne: (): number[] => [] };
  const own = pointsOf(evidence, left, null);
  fulfil(wishesOf({ ...before, points: own }, false), own, apartsOf(before, own), false);
  const parties = new Map(anchors.map((anchor) => [anchor, partyAt(anchor, left, own, anchors)]));
  const partyOf = (anchor: AnchorEvidence): NaiveParty | null => parties.get(anchor) ?? null;
  const cut = new Map<string, NaiveTenure[]>();
  for (const { node, kind } of anchors.flatMap(left)) {
    if (kind !== 'mobile' || cut.has(node)) continue;
    const using = anchors.filter((anchor) => left(anchor).some((one) => one.node === node));
    cut.set(
      node,
      naiveTenures(
        using.flatMap((anchor): NaiveUse[] =>
          anchor.uses.flatMap(({ name, runs }) => {
            const alone = name === '' ? null : { id: `name:${name}`, own: false, names: [name], ones: [], cards: [] };
            return runs.map((run) => ({ party: partyOf(anchor) ?? alone, run }));
          }),
        ),
      ),
    );
  }
  const tenures: Town['tenures'] = (node) => cut.get(node) ?? [{ from: Number.NEGATIVE_INFINITY, members: [] }];
  const borne: Town['borne'] = (anchor, node) => {
    const id = partyOf(anchor)?.id;
    const took = [...tenures(node).keys()].filter((at) => id && tenures(node)[at]?.members.includes(id));
    return took.length > 0 ? took : [...new Set(timesOf(anchor).map((time) => tenureOf(tenures(node), time)))];
  };
  // Then once more with everything.
  const town = { evidence, points: pointsOf(evidence, left, tenures), left, tenures, borne };
  const aparts = apartsOf(town, town.points);
  const refused = fulfil(wishesOf(town, false), town.points, aparts, false);
  for (const point of town.points) point.voice = point.label;
  refused.push(...fulfil([...wishesOf(town, true), ...namesSaid(town)], town.points, aparts, policy.vetoes));
  linkAll(town, town.points, aparts);
  joinThePayers({ ...town, refused }, aparts);
  const answer = naiveAnswer({ ...town, refused });
  return { ...answer, held: [...answer.held, ...waiting(answer, joinable, usable)], hot };
}

/** An OpenID that only ever paid is the customer it paid for, if that is always the same one. */
function joinThePayers(town: Town, aparts: readonly Apart[]): void {
  const payers = town.evidence.anchors.filter((anchor) => {
    const [only, ...others] = town.left(anchor);
    const point = town.points.find(({ node }) => node === only?.node);
    const lonely = point !== undefined && groupOf(town.points, point).length === 1;
    return only?.kind === 'wechat_openid' && others.length === 0 && lonely && (anchor.paid ?? []).length > 0;
  });
  payers.sort((a, b) => a.early.time - b.early.time || compareText(a.early.key, b.early.key));
  const told = judge(town);
  // Whom each paid for is known before any is joined: who paid for a payer follows that one.
  const targets = payers.map((payer) => {
    const labels = (payer.paid ?? []).flatMap(({ anchor, time }) =>
      town.evidence.anchors.filter((one) => one.anchor === anchor).map((target) => told.ownerAt(target, time)),
    );
    const [label, ...more] = new Set(labels);
    return more.length > 0 ? undefined : town.points.find((one) => one.label === label);
  });
  for (const [at, payer] of payers.entries()) {
    const point = town.points.find(({ node }) => node === town.left(payer)[0]?.node);
    const target = targets[at];
    if (!point || !target || point.label === target.label) continue;
    if (ruleAgainst(town.points, aparts, point, target, false) === null) {
      for (const one of groupOf(town.points, point)) one.label = target.label;
    }
  }
}

/** Who uses an anchor, as far as that is known without contacts. */
function partyAt(
  anchor: AnchorEvidence,
  left: Town['left'],
  own: readonly Point[],
  anchors: readonly AnchorEvidence[],
): NaiveParty | null {
  const top = left(anchor)[0];
  const point = own.find(({ node }) => node === top?.node);
  if (!point) return null;
  const group = groupOf(own, point);
  const borne = anchors.flatMap(left).filter(({ node }) => group.some((one) => one.node === node));
  return {
    id: group.map(({ node }) => node).sort(compareText)[0] ?? '',
    own: true,
    names: group.flatMap(({ names }) => names),
    ones: group.filter(({ one }) => one !== '').map(({ kind, scope, one }) => [`${kind}@${scope}`, one]),
    cards: borne.filter(({ kind }) => kind === 'member_card').map(({ scope, node }) => [scope, node]),
  };
}
