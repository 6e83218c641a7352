import type { Event } from './facts.ts';
import { clock, cut, type Paint, table, titleLine } from './text.ts';
import { goods } from './view.ts';
import { EVENTS, KINDS, PURPOSES, STATES, say, TRAITS, WAYS } from './words.ts';

const SHOWN = 18;
const DETAIL = 56;

/** Properties that say most about an event, the best first. */
const TELLING = ['event_key', 'key', 'text', 'product', 'outer_str', 'scene', 'store_name', 'change_type', 'amount'];

/** The newest events in a line each. */
export function timeline(events: readonly Event[], paint: Paint): string[] {
  const rows = events
    .slice(0, SHOWN)
    .map((event) => [
      clock(event.time),
      paint.faint(`${event.channel}/${event.source}`),
      say(EVENTS, event.type.replace(/^custom:[^.]*\./, '')),
      cut(detail(event), DETAIL),
    ]);
  const earlier = events.length - SHOWN;
  const more = earlier > 0 ? [paint.faint(`    … 更早的还有 ${earlier} 条 and ${earlier} earlier ones`)] : [];
  return [
    titleLine('时间线', `timeline, newest first, ${events.length} events, Beijing time`, paint),
    ...table(rows, '    '),
    ...more,
  ];
}

function detail(event: Event): string {
  const { order, consent, traits, type, properties } = event;
  if (order)
    return [order.total ? `${order.currency} ${order.total}` : order.id, goods(event)].filter(Boolean).join('  ');
  if (type === 'identified' || type === 'form_submitted') return bridged(event);
  if (consent) {
    const purpose = consent.purpose.startsWith('template:') ? '订阅消息模板 template' : say(PURPOSES, consent.purpose);
    const way = consent.channel ? say(WAYS, consent.channel) : '';
    return [purpose, way, say(STATES, consent.state)].filter(Boolean).join(' · ');
  }
  const claims = Object.keys(traits ?? {});
  if (claims.length > 0) return claims.map((trait) => say(TRAITS, trait)).join('、');
  for (const name of TELLING) {
    const value = properties?.[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}

const bridged = ({ identifiers }: Event): string =>
  (identifiers ?? []).map(({ kind, verified }) => `${say(KINDS, kind)}${verified ? ' ✓' : ''}`).join(' + ');
