import { cluster } from '../../identity/cluster.ts';
import { type AnchorEvidence, compareStamps, compareText, type Stamp } from '../../identity/evidence.ts';
import { observe } from '../../identity/observe.ts';
import { spanAt } from '../../identity/spans.ts';
import type { Clustering, Evidence, Span } from '../../identity/work.ts';
import { naiveCluster } from './naive.ts';
import { naiveAliases, statesOf } from './naive-aliases.ts';
import type { Answer } from './naive-town.ts';
import { type Chance, chanceOf, evidenceOf, type History, historyOf, rowsOf, type Told } from './random.ts';

/** What can be compared of an answer, aliases aside: groups by the order in which they are met, everything sorted. */
export function plain(answer: Answer): object {
  const labels = new Map<number, string>();
  const labelOf = (group: number | null): string => {
    if (group === null) return 'nobody';
    const label = labels.get(group) ?? `group ${labels.size}`;
    labels.set(group, label);
    return label;
  };
  const byName = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => compareText(a, b));
  const spans = (list: readonly Span[]): string[] => list.map(({ from, group }) => `${from} ${labelOf(group)}`);
  const owners = byName(answer.owners).map(([anchor, list]) => [anchor, spans(list)]);
  const holders = byName(answer.holders).map(([node, list]) => [node, spans(list)]);
  const groups = answer.groups.flatMap(({ nodes, aliases: _, ...group }, at) =>
    group.anchors.length > 0 ? [{ ...group, label: labelOf(at), nodes: byName(nodes) }] : [],
  );
  const held = answer.held.map((one) => `${one.rule} ${one.nodes} ${one.anchor} ${one.groups.map(labelOf)}`);
  const order = groups.sort((a, b) => compareText(a.label, b.label));
  return { owners, holders, groups: order, held: held.sort(compareText), hot: [...answer.hot].sort(compareText) };
}

const text = (value: unknown): string => JSON.stringify(value);

/** Everything that a history must bear, in words: empty where all is well. */
export function faultsOf(seed: number): string[] {
  const chance = chanceOf(seed ^ 0x5eed);
  const history = historyOf(seed);
  const evidence = evidenceOf(history, (list) => [...list]);
  const answer = cluster(evidence);
  const said = text(plain(answer));
  const faults: string[] = [];
  if (text(plain(naiveCluster(evidence))) !== said) faults.push('the naive model says otherwise');
  for (let round = 0; round < 2; round += 1) {
    const other = evidenceOf(history, chance.shuffled);
    if (text(sorted(other.anchors)) !== text(sorted(evidence.anchors)))
      faults.push('evidence depends on the order of events');
    const again = cluster(other);
    if (text(plain(again)) !== said || aliasesOf(again) !== aliasesOf(answer))
      faults.push('the answer depends on the order of evidence');
  }
  for (let more = 0; more < 4; more += 1) faults.push(...notQuiet(history, answer, chance));
  const more = [...lostIn(history, answer), ...sameIds(answer)];
  return [...faults, ...more, ...otherAliases(seed, history, evidence, answer)];
}

const sorted = (anchors: readonly AnchorEvidence[]): AnchorEvidence[] =>
  [...anchors].sort((a, b) => compareText(a.anchor, b.anchor));

/** Every event is somebody's, unless all its identifiers join nobody; and its owner knows its anchor. */
function lostIn(history: History, answer: Clustering): string[] {
  const rows = rowsOf(history.events);
  return history.events.flatMap(({ event, identifiers }) => {
    const anchor = [...answer.owners.keys()].find(
      (id) =>
        id ===
        identifiers
          .map(({ node }) => node)
          .sort(compareText)
          .join(' '),
    );
    const span = spanAt(answer.owners.get(anchor ?? '') ?? [], event.time);
    const borne = rows.get(anchor ?? '')?.evidence.nodes ?? [];
    const usable = borne.some(
      ({ node, kind, strength }) =>
        !answer.hot.has(node) && !history.suspended.has(node) && strength >= history.policy.least(kind),
    );
    if (!usable) return span?.group === null ? [] : [`${event.key} is somebody's`];
    const group = answer.groups[span?.group ?? -1];
    if (!group || group.first.key === '') return [`${event.key} is nobody's`];
    const listed = group.anchors.some((owned) => owned.anchor === anchor && owned.from === span?.from);
    return listed || event.type === 'campaign_sent' ? [] : [`${event.key} is not in the list of its owner`];
  });
}

/** No two customers share an id, and none has the id of an alias. */
function sameIds(answer: Clustering): string[] {
  const live = answer.groups.filter(({ anchors }) => anchors.length > 0);
  const keys = live.flatMap(({ first, aliases }) => [first, ...aliases]).map(({ key }: Stamp) => key);
  return new Set(keys).size === keys.length ? [] : ['two customers share an id'];
}

/** Where a component is quiet, an event that `observe` calls of no consequence has none. */
function notQuiet(history: History, before: Clustering, chance: Chance): string[] {
  if (!before.quiet) return [];
  const events = chance.shuffled(history.events);
  const [model] = events;
  if (!model) return [];
  const rows = rowsOf(history.events);
  const more: Told = {
    event: {
      ...model.event,
      key: 'pos|shop|more',
      time: model.event.time + (chance.below(800) - 400) * 86_400_000,
      received: model.event.received + chance.below(3) * 86_400_000,
      type: chance.one(['order_paid', 'member_updated', 'campaign_sent']),
    },
    identifiers: model.identifiers.map((one) => (chance.in100(30) ? { ...one, strength: 4 } : one)),
  };
  const row = rows.get(
    model.identifiers
      .map(({ node }) => node)
      .sort(compareText)
      .join(' '),
  );
  if (!row) return ['an event without an anchor'];
  row.quiet = true;
  row.ruled = history.policy.version;
  if (observe(row, more.event, more.identifiers, history.policy)) return [];
  const anchors = [...rows.values()].map(({ evidence }) => evidence);
  const { suspended, allowed, policy, decisions } = history;
  const after = cluster({ anchors, suspended, allowed, policy, decisions });
  return text(plain(after)) === text(plain(before)) ? [] : ['an event of no consequence had one'];
}

function aliasesOf({ groups }: Clustering): string {
  const found = groups
    .filter(({ aliases }) => aliases.length > 0)
    .map(({ first, aliases }): [string, string[]] => [first.key, aliases.map(({ key }) => key).sort(compareText)]);
  return text(found.sort(([a], [b]) => compareText(a, b)));
}

/** Steps cost a clustering each: the model is asked of some histories only, of quiet ones event by event. */
function otherAliases(seed: number, history: History, evidence: Evidence, answer: Clustering): string[] {
  // Of payments it is kept since when both sides are known, not in which order within a millisecond.
  const paid = evidence.anchors.some((anchor) => anchor.paid);
  // Nor since when a node has the strength that rules may ask for.
  const plainly = answer.quiet && history.decisions.length === 0 && !paid && history.policy.version === 0;
  // Long disputes are told in short.
  const payments = evidence.anchors.reduce((sum, anchor) => sum + (anchor.paid?.length ?? 0), 0);
  const steps = history.events.length + history.decisions.length + payments;
  if (!plainly && (seed % 8 !== 0 || steps > 24)) return [];
  const states = plainly ? statesByEvent(history).map(cluster) : statesOf(evidence).map(naiveCluster);
  const wanted = [...naiveAliases(answer, states)].sort(([a], [b]) => compareText(a, b));
  return text(wanted) === aliasesOf(answer) ? [] : ['the aliases are others'];
}

/** The evidence after each event and decision, taken in order of `received`. */
function statesByEvent({ events, decisions, ...rest }: History): Evidence[] {
  const stamps = [
    ...events.map(({ event }) => event),
    ...decisions.map(({ received, id }) => ({ received, time: Number.POSITIVE_INFINITY, key: id })),
  ];
  return stamps.map((stamp) => {
    const known = (one: Stamp): boolean => compareStamps(one, stamp) <= 0;
    const rows = rowsOf(events.filter(({ event }) => known(event)));
    const made = decisions.filter(({ received, id }) => known({ received, time: Number.POSITIVE_INFINITY, key: id }));
    return { anchors: [...rows.values()].map((row) => row.evidence), decisions: made, ...rest };
  });
}
