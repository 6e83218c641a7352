import type { IdentifierInput } from '../../schemas/event.ts';
import type { MappedEvent, Outcome } from '../channel.ts';
import type { Field } from './aliases.ts';
import { decimalUnits, numberText, shortDecimal } from './cell.ts';
import { cellOf, keyNumber } from './line.ts';
import { hash16 } from './receipt.ts';
import type { PosMeta } from './settings.ts';
import { isRefusal, type Refusal, type RowRecord } from './unit.ts';
import { readBirthday, readLocal, rfc3339 } from './when.ts';

type Context = {
  channel: string;
  source: string;
  received: number;
  meta: Pick<PosMeta, 'brand' | 'timeZone' | 'file'>;
};

/** Systems fill 1900-01-01 and the like where nobody knew: no card was opened before there were such systems. */
const FIRST_YEAR = '1980';

const MALE = /^(男|男士|先生|男性|m|male|1)$/i;
const FEMALE = /^(女|女士|小姐|女性|f|female|2)$/i;
export const genderOf = (cell: string): string => (MALE.test(cell) ? 'male' : FEMALE.test(cell) ? 'female' : 'unknown');

const pointsOf = (cell: string): string | null => {
  const units = decimalUnits(cell);
  return units === null ? null : shortDecimal(units);
};

const asIs = (cell: string): string => cell;
/** How a column becomes a trait; null where the cell cannot be one, and is kept as property. */
const TRAITS: [Field, (cell: string) => string | null][] = [
  ['name', asIs],
  ['gender', genderOf],
  ['birthday', readBirthday],
  ['level', asIs],
  ['points', pointsOf],
  ...(['email', 'province', 'city', 'district', 'address'] as const).map((f): [Field, typeof asIs] => [f, asIs]),
];
const CONSUMED = new Set<string>(['card', 'mobile', 'opened', 'store_code', ...TRAITS.map(([field]) => field)]);

/** The opening date at 00:00 of the zone; null where there is none to go by. */
function openedAt(record: RowRecord, zone: string): string | null {
  const local = readLocal(cellOf(record, 'opened'));
  if (!local || local.day < FIRST_YEAR) return null;
  return rfc3339({ day: local.day, clock: '00:00:00', offset: null }, zone);
}

function updated(record: RowRecord, card: string, context: Context): MappedEvent {
  const traits: Record<string, string> = {};
  const left: Record<string, string> = {};
  for (const [field, read] of TRAITS) {
    const cell = cellOf(record, field);
    const value = cell === '' ? null : read(cell);
    if (value !== null) traits[field] = value;
    else if (cell !== '') left[field] = cell;
  }
  const mobile = numberText(cellOf(record, 'mobile')).text;
  const email = cellOf(record, 'email');
  const identifiers: IdentifierInput[] = [{ kind: 'member_card', scope: context.meta.brand, value: card }];
  if (mobile !== '') identifiers.push({ kind: 'mobile', value: mobile });
  if (email.includes('@')) identifiers.push({ kind: 'email', value: email });
  const store = cellOf(record, 'store_code');
  const opened = cellOf(record, 'opened');
  const more = Object.entries(record.f).filter(([field]) => !CONSUMED.has(field));
  const names = new Set(more.map(([field]) => field));
  const others = record.o.map(([header, value]) => [names.has(header) ? `${header} #2` : header, value]);
  const row = hash16(JSON.stringify([Object.entries(record.f).sort(([a], [b]) => (a < b ? -1 : 1)), record.o]));
  return {
    id: `${card}:${row}:${context.meta.file}`,
    channel: context.channel,
    source: context.source,
    time: new Date(context.received).toISOString(),
    type: 'member_updated',
    identifiers,
    traits,
    properties: {
      ...Object.fromEntries(others),
      ...left,
      ...Object.fromEntries(more),
      ...(store === '' ? {} : { store }),
      ...(opened === '' ? {} : { opened: readLocal(opened)?.day ?? opened }),
    },
  };
}

/**
 * The outcomes of a member row (contract §4, event ids of pos). First member_updated `{card}:{row hash}:{file hash}` at
 * `received` with all the row says; its fate is the row's. Then member_joined `{card}` at the opening date, 00:00 in
 * the zone, with the card alone; none where the row has no opening date. A row without a card is malformed.
 */
export function memberOutcomes(record: RowRecord, context: Context): Outcome[] | Refusal {
  const card = keyNumber(record, 'card');
  if (isRefusal(card)) return card;
  const event = updated(record, card, context);
  const { time, ...said } = event;
  const content = hash16(JSON.stringify(said));
  const outcomes: Outcome[] = [{ kind: 'event', event, content, queryable: ['store', 'store_name', 'opened'] }];
  const opened = openedAt(record, context.meta.timeZone);
  if (opened === null) return outcomes;
  const joined: MappedEvent = {
    ...{ id: card, channel: event.channel, source: event.source, time: opened, type: 'member_joined' },
    identifiers: [{ kind: 'member_card', scope: context.meta.brand, value: card }],
  };
  return [...outcomes, { kind: 'event', event: joined, queryable: [] }];
}
