import { LRUCache } from 'lru-cache';
import {
  addressForm,
  birthdayForm,
  type Compared,
  emailForm,
  joinSlots,
  mobileForm,
  nameForm,
  placeForm,
  slotTexts,
} from '../schemas/compared.ts';
import type { TraitView } from '../schemas/customer.ts';
import type { Ring } from '../schemas/ring.ts';
import { blocksOf } from './blocks.ts';
import type { ComparedRow } from './store/port.ts';
import { type CustomerRows, thingValue } from './view.ts';

/**
 * What of a customer is compared with others, hashed and sealed for the analytic store. Most events change none of it,
 * so what was written last is remembered for a while and not written again.
 */
export type Comparing = {
  /** Null where it was written already. */
  row(rows: CustomerRows, traits: Readonly<Record<string, TraitView>>): ComparedRow | null;
  gone(id: string, version: number): ComparedRow;
  /** After rows were made durable. */
  wrote(rows: readonly ComparedRow[]): void;
};

/** Of each of three kinds, some 150 bytes each. */
const REMEMBERED = 10_000;
/** Other processes may write the same customer meanwhile: what is remembered is written again some time. */
const TTL_MS = 600_000;
/** Numbers that many bear say nothing, nor do those that only slipped here. */
const LEFT_OUT = new Set(['hot', 'blocked', 'quarantined']);

export function makeComparing(ring: Ring): Comparing {
  const clear = new LRUCache<string, string>({ max: REMEMBERED });
  const forms = new LRUCache<string, string>({ max: REMEMBERED });
  const written = new LRUCache<string, string>({ max: REMEMBERED, ttl: TTL_MS });
  const texts = new WeakMap<ComparedRow, string>();
  const opened = (node: string, open: () => string): string => {
    const known = clear.get(node) ?? open();
    clear.set(node, known);
    return known;
  };
  const nameOf = (name: string): string => {
    const known = forms.get(name) ?? nameForm(name);
    forms.set(name, known);
    return known;
  };
  return {
    row: (rows, traits) => {
      const slots = slotTexts(comparedOf(rows, traits, { opened, nameOf, ring }));
      const text = joinSlots(slots);
      if (written.get(rows.id) === text) return null;
      const { version } = rows.customer;
      const row = { id: rows.id, deleted: false, blocks: blocksOf(slots, ring), sealed: ring.sealText(text), version };
      texts.set(row, text);
      return row;
    },
    gone: (id, version) => ({ id, deleted: true, blocks: [], sealed: '', version }),
    wrote: (rows) => {
      for (const row of rows) {
        const text = texts.get(row);
        if (text === undefined) written.delete(row.id);
        else written.set(row.id, text);
      }
    },
  };
}

type Clear = { opened(node: string, open: () => string): string; nameOf(name: string): string; ring: Ring };

function comparedOf(
  rows: CustomerRows,
  traits: Readonly<Record<string, TraitView>>,
  { opened, nameOf, ring }: Clear,
): Compared {
  const said = (trait: string): string[] => {
    const view = traits[trait];
    return view ? [view.value, ...view.others.map(({ value }) => value)].map(String) : [];
  };
  const states = new Map(rows.customer.nodes);
  const joining = (kind: string): string[] =>
    [...rows.nodes].flatMap(([node, row]) => {
      const state = states.get(node);
      if (row.kind !== kind || state === undefined || LEFT_OUT.has(state)) return [];
      return [opened(node, () => ring.openText(row.value))];
    });
  const mails = [...rows.things].flatMap(([node, row]) =>
    row.kind === 'email' ? [opened(node, () => thingValue(row, ring))] : [],
  );
  const names = said('name')
    .map(nameOf)
    .filter((name) => name !== '');
  const [city = ''] = said('city');
  const [district = ''] = said('district');
  return {
    name: names,
    birthday: said('birthday').map(birthdayForm),
    mobile: joining('mobile').map(mobileForm),
    email: [...said('email'), ...joining('email'), ...mails].map((email) => emailForm(email, names)),
    place: [placeForm(city, district)],
    address: said('address').map(addressForm),
  };
}
