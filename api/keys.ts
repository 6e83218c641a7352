import { randomBytes } from 'node:crypto';
import type { Store } from '../identity/store/port.ts';
import type { Ring } from '../schemas/ring.ts';
import type { KeyGrant, KeyView } from './port.ts';

/** API keys: shown once, kept as keyed hashes. */
export type Keys = {
  create(name: string, scopes: readonly string[]): Promise<{ id: string; key: string }>;
  list(): Promise<KeyView[]>;
  remove(id: string): Promise<boolean>;
  authenticate(key: string): KeyGrant | null | Promise<KeyGrant | null>;
};
type Kept = { id: string; name: string; scopes: string[]; created: string; hash: string };

const LIST = 'keys';
const ADMIN = 'admin-key';
const MAX_KEYS = 10_000;
/** Another process may have made or revoked a key: what was read is trusted for so long, in ms. */
const TRUSTED_MS = 2_000;

/**
 * `adminKey` is the key with every scope, or undefined: then the one of an earlier start holds, or one is made and told
 * through `show`, once.
 */
export async function openKeys(deps: {
  store: Store;
  ring: Ring;
  now(): number;
  adminKey: string | undefined;
  show(key: string): void;
}): Promise<Keys> {
  const { store, ring, now } = deps;
  const hashOf = (key: string): string => ring.hash('api-key', key);
  const write = (add: { list: string; member: string; value: string }[], remove: { list: string; member: string }[]) =>
    store.commit({ seen: new Map(), put: new Map(), add, remove }).then(() => store.flushed());
  const admin = await adminHash();
  let known: { at: number; byHash: Map<string, Kept> } = { at: Number.NEGATIVE_INFINITY, byHash: new Map() };

  async function adminHash(): Promise<string> {
    if (deps.adminKey !== undefined) return hashOf(deps.adminKey);
    const [kept] = await store.range(ADMIN, { limit: 1 });
    if (kept) return kept.member;
    const key = `hx_admin_${randomBytes(24).toString('base64url')}`;
    await write([{ list: ADMIN, member: hashOf(key), value: '' }], []);
    deps.show(key);
    return hashOf(key);
  }
  const load = async (): Promise<Map<string, Kept>> => {
    const kept = await store.range(LIST, { limit: MAX_KEYS });
    const rows = kept.map(({ value }): Kept => JSON.parse(value));
    known = { at: now(), byHash: new Map(rows.map((row) => [row.hash, row])) };
    return known.byHash;
  };
  const grant = (row: Kept | undefined): KeyGrant | null =>
    row ? { id: row.id, scopes: row.scopes, admin: row.scopes.includes('admin') } : null;
  return {
    create: async (name, scopes) => {
      const id = `key_${randomBytes(9).toString('base64url')}`;
      const key = `hx_${randomBytes(24).toString('base64url')}`;
      const row: Kept = { id, name, scopes: [...scopes], created: new Date(now()).toISOString(), hash: hashOf(key) };
      await write([{ list: LIST, member: id, value: JSON.stringify(row) }], []);
      await load();
      return { id, key };
    },
    list: async () =>
      [...(await load()).values()].map(({ id, name, scopes, created }) => ({ id, name, scopes, created })),
    remove: async (id) => {
      const found = [...(await load()).values()].some((row) => row.id === id);
      if (found) await write([], [{ list: LIST, member: id }]);
      await load();
      return found;
    },
    authenticate: (key) => {
      const hash = hashOf(key);
      if (hash === admin) return { id: 'admin', scopes: ['admin'], admin: true };
      if (now() - known.at < TRUSTED_MS) return grant(known.byHash.get(hash));
      return load().then((byHash) => grant(byHash.get(hash)));
    },
  };
}
