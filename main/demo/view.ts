import type { CustomerView, TraitView } from '../../schemas/customer.ts';
import type { Event } from './facts.ts';
import { clock, cut, day, type Paint, table, titleLine } from './text.ts';
import { CHANNELS, KINDS, PURPOSES, RULES, STATES, say, TRAITS, WAYS } from './words.ts';

/** The single customer view as lines for a terminal. */
export function who({ id, aliases, traits, first_seen, last_seen }: CustomerView, paint: Paint): string[] {
  const value = (trait: string): string => String(traits[trait]?.value ?? '');
  const gender = value('gender') === 'male' ? '男 male' : value('gender') === 'female' ? '女 female' : '';
  const city = [...new Set([value('province'), value('city'), value('district')])].join('');
  const known = [gender, value('birthday'), value('level'), city].filter((text) => text !== '');
  return [
    `  ${paint.strong(value('name'))}  ${known.join(' · ')}`,
    ...table([
      ['顾客编号 customer id', id],
      ['首次、最近 first, last seen', `${day(first_seen)} – ${day(last_seen)}`],
      ...aliases.map((alias, at) => [at === 0 ? '别名，仍可查询 aliases that keep answering' : '', paint.faint(alias)]),
    ]),
  ];
}

export function channels({ metrics }: CustomerView, paint: Paint): string[] {
  const found = Object.entries(metrics.channels);
  const rows = found.map(([channel, { events, orders, last_seen }]) => [
    say(CHANNELS, channel),
    `${events} 个事件 events`,
    orders > 0 ? `${orders} 单 orders` : '',
    `${paint.faint('最近 last')} ${clock(last_seen)}`,
  ]);
  return [titleLine(`他在 ${found.length} 个渠道`, `on ${found.length} channels`, paint), ...table(rows, '    ')];
}

const signed = ({ type, order }: Event): string =>
  `${type === 'order_refunded' ? '−' : ' '}${order?.currency} ${order?.total ?? ''}`;

/** What an order was of: `2 × 春季轻薄外套`; a refund names its order. */
export function goods({ type, order }: Event): string {
  if (type === 'order_refunded') return `退款 refund of ${cut(order?.original_id ?? order?.id ?? '', 28)}`;
  return (order?.items ?? []).map(({ quantity, name, sku }) => `${quantity} × ${name ?? sku ?? '?'}`).join('，');
}

/** One row per order and refund, oldest first, by the first event that told it. */
export function bought({ metrics }: CustomerView, timeline: readonly Event[], paint: Paint): string[] {
  const told = new Map<string, Event>();
  for (const event of [...timeline].reverse()) {
    const { channel, source, order, type } = event;
    const key = JSON.stringify([channel, source, order?.id]);
    if (order?.total && type.startsWith('order_') && !told.has(key)) told.set(key, event);
  }
  const spend = Object.entries(metrics.spend).map(([currency, amount]) => `${currency} ${amount}`);
  const sums = `净消费 net spend ${spend.join(', ')} · 订单 orders ${metrics.orders} · 退款 refunds ${metrics.refunds}`;
  const rows = [...told.values()].map((event) => [
    clock(event.time),
    say(CHANNELS, event.channel),
    event.type === 'order_refunded' ? paint.odd(signed(event)) : signed(event),
    cut(goods(event), 44),
  ]);
  return [titleLine('他买了什么', 'what he bought', paint), `    ${sums}`, ...table(rows, '    ')];
}

const shown = (trait: string, value: TraitView['value']): string =>
  trait === 'gender' ? `${value === 'male' ? '男 ' : value === 'female' ? '女 ' : ''}${value}` : String(value);

/** Each value with its source and the rule it won by; the values that lost stand under it. */
export function golden({ traits }: CustomerView, paint: Paint): string[] {
  const order = [...TRAITS.keys()];
  const found = Object.entries(traits).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const rows = found.flatMap(([trait, { value, channel, source, time, rule, others }]) => [
    [
      say(TRAITS, trait),
      paint.strong(shown(trait, value)),
      `${channel}/${source}`,
      day(time),
      paint.faint(`${rule}: ${say(RULES, rule)}`),
    ],
    ...others.map((other) =>
      ['', `× ${shown(trait, other.value)}`, `${other.channel}/${other.source}`, day(other.time), '落选 lost'].map(
        (text) => paint.faint(text),
      ),
    ),
  ]);
  return [
    titleLine('黄金档案', 'golden record: value, source, since, and the rule it won by', paint),
    ...table(rows, '    '),
  ];
}

type Sources = CustomerView['identifiers'][number]['sources'];
const placesOf = ([first, ...more]: Sources): string =>
  first ? `${first.channel}/${first.source}${more.length > 0 ? ` +${more.length}` : ''}` : '';

export function identifiers({ identifiers: found }: CustomerView, paint: Paint): string[] {
  const rows = found.map(({ kind, scope, value, state, verified, sources }) => [
    say(KINDS, kind),
    cut(value, 28),
    paint.faint(scope === null ? '' : `@${cut(scope, 13)}`),
    (state === 'active' ? paint.good : paint.odd)(say(STATES, state)),
    verified ? '✓' : ' ',
    paint.faint(placesOf(sources)),
  ]);
  const en = 'identifiers: value, scope, state, ✓ verified, where seen';
  return [titleLine(`${found.length} 个标识`, en, paint), ...table(rows, '    ')];
}

export function consents({ consents: found }: CustomerView, paint: Paint): string[] {
  const rows = found.map(({ purpose, channel, state, time }) => {
    const template = /^template:(.*)$/.exec(purpose)?.[1];
    return [
      template === undefined ? say(PURPOSES, purpose) : `订阅消息模板 template ${cut(template, 10)}`,
      channel === null ? '' : say(WAYS, channel),
      (state === 'granted' ? paint.good : paint.bad)(say(STATES, state)),
      paint.faint(clock(time)),
    ];
  });
  return [titleLine('能否联系', 'consents: may we contact him, and how', paint), ...table(rows, '    ')];
}
