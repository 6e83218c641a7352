import Fuse from 'fuse.js';
import { z } from 'zod';
import type { Services } from '../api/port.ts';
import type { FilterContext } from '../profiles/store/port.ts';
import { customerView } from '../profiles/view.ts';
import { PRIVATE_TRAITS } from '../schemas/customer.ts';
import { Problem } from '../schemas/errors.ts';
import { plainName } from '../schemas/names.ts';
import type { House } from './house.ts';

/**
 * Sets are asked of the analytic store; what it does not hold (encrypted traits) is filled in from the identity store.
 */
export function makeSets(house: House): Services['sets'] {
  const context = (pii: boolean): FilterContext => ({
    now: house.now(),
    pii,
    node: (kind, scope, value) => {
      const read = house.normaliser.ref({ kind, scope, value });
      return 'identifier' in read ? read.identifier.node : null;
    },
  });
  return {
    query: async (body, pii) => {
      const query = parse(setQuery, body);
      const hidden = query.fields.filter(
        (field) => PRIVATE_TRAITS.has(field.replace(/^traits\./, '')) && field.startsWith('traits.'),
      );
      const open = query.fields.filter((field) => !hidden.includes(field));
      const page = await house.analytic.query({ ...query, fields: open }, context(pii));
      if (hidden.length === 0) return page;
      const items = await Promise.all(page.items.map((item) => fill(house, item, hidden)));
      return { ...page, items };
    },
    aggregate: async (body, pii) => house.analytic.aggregate(parse(setAggregate, body), context(pii)),
    search: async ({ text, where, limit }, pii) => {
      const groups = house.tokens.ofText(text);
      if (groups.length === 0) return [];
      const found = await house.analytic.search(groups, where ?? null, Math.max(limit, CANDIDATES), context(pii));
      return (await rank(house, text, found)).slice(0, limit);
    },
  };
}

const setQuery = z.object({
  where: z.unknown(),
  fields: z
    .array(z.string())
    .nullish()
    .transform((fields) => fields ?? []),
  sort: z
    .array(z.object({ field: z.string(), dir: z.enum(['asc', 'desc']).default('asc') }))
    .nullish()
    .transform((sort) => sort ?? []),
  limit: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .nullish()
    .transform((limit) => limit ?? 50),
  after: z
    .string()
    .nullish()
    .transform((after) => after ?? null),
});
const setAggregate = z.object({
  where: z.unknown(),
  group_by: z
    .array(z.string())
    .nullish()
    .transform((fields) => fields ?? []),
  measures: z.array(z.string()).min(1),
});

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Problem(
    'body_malformed',
    `${parsed.error.issues[0]?.path.join('.') || 'body'}: ${parsed.error.issues[0]?.message}`,
  );
}

/** fuse.js orders a short list of candidates; it is no similarity measure and decides nothing else. */
const CANDIDATES = 200;

async function fill(
  house: House,
  item: Record<string, unknown>,
  fields: readonly string[],
): Promise<Record<string, unknown>> {
  const rows = typeof item.id === 'string' ? await house.reads.rows(item.id) : null;
  const traits = rows ? customerView(rows, house.ring).traits : {};
  return {
    ...item,
    ...Object.fromEntries(fields.map((field) => [field, traits[field.slice('traits.'.length)]?.value ?? null])),
  };
}

async function rank(house: House, text: string, ids: readonly string[]): Promise<string[]> {
  const named: { id: string; name: string }[] = [];
  for (const id of ids) {
    const rows = await house.reads.rows(id);
    const name = rows ? customerView(rows, house.ring).traits.name?.value : undefined;
    named.push({ id, name: typeof name === 'string' ? plainName(name) : '' });
  }
  const best = new Fuse(named, { keys: ['name'], threshold: 1, ignoreLocation: true })
    .search(plainName(text))
    .map(({ item }) => item.id);
  return [...best, ...ids.filter((id) => !best.includes(id))];
}
