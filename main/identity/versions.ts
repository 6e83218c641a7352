import type { RulesRow } from '../../identity/port.ts';
import type { Store } from '../../identity/store/port.ts';
import { RULES_NOW } from '../../identity/tables.ts';
import { PRESET, type RulesDocument } from '../../schemas/rules.ts';

/** Versions of the rules: each document that was ever put, by number. The preset is version 0. */
export type RulesVersion = { version: number; document: RulesDocument; created: number; actor: string };

export type Versions = {
  /** The version in force. */
  now(): Promise<RulesRow>;
  get(version: number): Promise<RulesVersion | null>;
  /** Newest first. */
  list(): Promise<RulesVersion[]>;
  /** Keeps a document as the next version. */
  add(document: RulesDocument, created: number, actor: string): Promise<RulesVersion>;
};

const LIST = 'rules';
const NEXT = 'x:rules';
const MAX_LISTED = 1_000;
const member = (version: number): string => version.toString().padStart(9, '0');
const FIRST: RulesVersion = { version: 0, document: PRESET, created: 0, actor: 'preset' };

export function makeVersions(store: Store): Versions {
  const list = async (): Promise<RulesVersion[]> => {
    const kept = await store.range(LIST, { limit: MAX_LISTED, reverse: true });
    const versions = kept.map(({ value }): RulesVersion => JSON.parse(value));
    return [...versions, FIRST];
  };
  return {
    list,
    now: async () => {
      const [row] = await store.read([`r:${RULES_NOW}`]);
      return row?.text ? JSON.parse(row.text) : { version: 0, document: PRESET };
    },
    get: async (version) => (await list()).find((one) => one.version === version) ?? null,
    add: async (document, created, actor) => {
      for (;;) {
        const [row] = await store.read([NEXT]);
        const known: { next: number } = row?.text ? JSON.parse(row.text) : { next: 0 };
        const version = known.next + 1;
        const made: RulesVersion = { version, document, created, actor };
        // Of two who number at the same time one is refused, and numbers again.
        const outcome = await store.commit({
          seen: new Map([[NEXT, row?.stamp ?? 0]]),
          put: new Map([[NEXT, JSON.stringify({ next: version })]]),
          add: [{ list: LIST, member: member(version), value: JSON.stringify(made) }],
          remove: [],
        });
        if (outcome === 'ok') return made;
      }
    },
  };
}
