import type { Ring } from '../schemas/ring.ts';
import type { AnchorEvidence } from './evidence.ts';
import type {
  AnchorRow,
  Claims,
  ConflictRow,
  CustomerRow,
  DecisionRow,
  DriftRow,
  EventRow,
  HashRow,
  NodeRow,
  RulesRow,
  ThingRow,
} from './port.ts';
import { type Policy, policyOf, RETAIL_CN } from './rules.ts';
import type { Store } from './store/port.ts';
import { type Codec, json, makeUnit, type Table, type Unit } from './unit.ts';

/** All tables of the identity store in one unit of work. The prefix of a table is the first letter of its keys. */
export type Tables = {
  unit: Unit;
  events: Table<EventRow>;
  anchors: Table<AnchorRow>;
  nodes: Table<NodeRow>;
  things: Table<ThingRow>;
  customers: Table<CustomerRow>;
  conflicts: Table<ConflictRow>;
  decisions: Table<DecisionRow>;
  hashes: Table<HashRow>;
  rules: Table<RulesRow>;
  /** Fields that no channel lists, a row for each source. */
  drift: Table<DriftRow>;
  /** Small rows: positions, counters, outbox. */
  notes: Table<Record<string, number>>;
};

export const RULES_NOW = 'now';
const policies = new WeakMap<RulesRow, Policy>();

/** The rules of a row, made ready once; the preset where there is none. */
export function policyFrom(row: RulesRow | null): Policy {
  if (row === null) return RETAIL_CN;
  const known = policies.get(row) ?? policyOf(row.document, row.version, row.ranked);
  policies.set(row, known);
  return known;
}

export async function policyNow(tables: Pick<Tables, 'rules'>): Promise<Policy> {
  await tables.rules.load([RULES_NOW]);
  return policyFrom(tables.rules.get(RULES_NOW));
}

/** Names, event keys and claims of an anchor are sealed; hashes, times, counters stand clear. */
export function anchorCodec(ring: Ring): Codec<AnchorRow> {
  return {
    encode: ({ evidence, claims, ...open }) =>
      JSON.stringify({ ...open, sealed: ring.sealText(JSON.stringify({ evidence, claims })) }),
    decode: (text) => {
      const { sealed, ...open }: Omit<AnchorRow, 'evidence' | 'claims'> & { sealed: string } = JSON.parse(text);
      const secret: { evidence: AnchorEvidence; claims: Claims[] } = JSON.parse(ring.openText(sealed));
      return { ...open, ...secret };
    },
  };
}

/** Sealed: a path is made of keys, and some platforms use ids of persons as keys. */
function driftCodec(ring: Ring): Codec<DriftRow> {
  return {
    encode: (row) => ring.sealText(JSON.stringify(row)),
    decode: (text) => {
      const row: DriftRow = JSON.parse(ring.openText(text));
      return row;
    },
  };
}

export function openTables(store: Store, ring: Ring): Tables {
  const unit = makeUnit(store);
  return {
    unit,
    events: unit.table<EventRow>('e:'),
    anchors: unit.table<AnchorRow>('a:', anchorCodec(ring)),
    nodes: unit.table<NodeRow>('n:'),
    things: unit.table<ThingRow>('t:'),
    customers: unit.table<CustomerRow>('c:'),
    conflicts: unit.table<ConflictRow>('k:'),
    decisions: unit.table<DecisionRow>('d:'),
    hashes: unit.table<HashRow>('y:'),
    rules: unit.table<RulesRow>('r:'),
    drift: unit.table<DriftRow>('u:', driftCodec(ring)),
    notes: unit.table<Record<string, number>>('x:'),
  };
}

/** Reading outside a unit: what was committed last. */
export type Reader = {
  event(id: string): Promise<EventRow | null>;
  anchors(ids: readonly string[]): Promise<(AnchorRow | null)[]>;
  nodes(ids: readonly string[]): Promise<(NodeRow | null)[]>;
  things(ids: readonly string[]): Promise<(ThingRow | null)[]>;
  events(ids: readonly string[]): Promise<(EventRow | null)[]>;
  customers(ids: readonly string[]): Promise<(CustomerRow | null)[]>;
  conflicts(ids: readonly string[]): Promise<(ConflictRow | null)[]>;
  decisions(ids: readonly string[]): Promise<(DecisionRow | null)[]>;
  rules(): Promise<RulesRow | null>;
  drift(ids: readonly string[]): Promise<(DriftRow | null)[]>;
  notes(ids: readonly string[]): Promise<(Record<string, number> | null)[]>;
};

export function openReader(store: Store, ring: Ring): Reader {
  const many =
    <T>(prefix: string, codec: Codec<T> = json<T>()) =>
    async (ids: readonly string[]): Promise<(T | null)[]> => {
      const rows = await store.read(ids.map((id) => prefix + id));
      return rows.map(({ text }) => (text === null ? null : codec.decode(text)));
    };
  const events = many<EventRow>('e:');
  return {
    events,
    event: async (id) => (await events([id]))[0] ?? null,
    anchors: many<AnchorRow>('a:', anchorCodec(ring)),
    nodes: many<NodeRow>('n:'),
    things: many<ThingRow>('t:'),
    customers: many<CustomerRow>('c:'),
    conflicts: many<ConflictRow>('k:'),
    decisions: many<DecisionRow>('d:'),
    rules: async () => (await many<RulesRow>('r:')([RULES_NOW]))[0] ?? null,
    drift: many<DriftRow>('u:', driftCodec(ring)),
    notes: many<Record<string, number>>('x:'),
  };
}

/** Reading the rows of a unit of work as they stand in memory, between its batches. */
export function tablesReader(tables: Tables): Reader {
  const many =
    <T>(table: Table<T>) =>
    async (ids: readonly string[]): Promise<(T | null)[]> => {
      await table.load(ids);
      return ids.map((id) => table.peek(id) ?? null);
    };
  const events = many(tables.events);
  return {
    events,
    event: async (id) => (await events([id]))[0] ?? null,
    anchors: many(tables.anchors),
    nodes: many(tables.nodes),
    things: many(tables.things),
    customers: many(tables.customers),
    conflicts: many(tables.conflicts),
    decisions: many(tables.decisions),
    rules: async () => (await many(tables.rules)([RULES_NOW]))[0] ?? null,
    drift: many(tables.drift),
    notes: many(tables.notes),
  };
}
