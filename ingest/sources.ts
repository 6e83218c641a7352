import type { Store } from '../identity/store/port.ts';
import { Problem } from '../schemas/errors.ts';
import type { Ring } from '../schemas/ring.ts';
import type { Channel } from './channel.ts';

/**
 * The configured accounts: those set by API are kept, sealed, in the identity store, and win over those of the file.
 */
export type Source = { channel: string; source: string; title: string | null; settings: Record<string, unknown> };
export type Sources = {
  get(channel: string, source: string): Promise<Source | null>;
  /** Secrets as `***`. */
  list(): Promise<Source[]>;
  put(
    channel: string,
    source: string,
    body: { title?: string | null; settings: Record<string, unknown> },
  ): Promise<Source>;
};

const LIST = 'sources';
const HIDDEN = '***';
const MAX_SOURCES = 10_000;
/** Another process may have set a source: what was read is trusted for so long, in ms. */
const TRUSTED_MS = 2_000;

export function makeSources(deps: {
  store: Store;
  ring: Ring;
  channels: ReadonlyMap<string, Channel>;
  file: readonly Source[];
  now(): number;
}): Sources {
  const { store, ring, channels } = deps;
  let known: { at: number; sources: Map<string, Source> } | null = null;
  const load = async (): Promise<Map<string, Source>> => {
    if (known && deps.now() - known.at < TRUSTED_MS) return known.sources;
    const sources = new Map(deps.file.map((one): [string, Source] => [`${one.channel}/${one.source}`, one]));
    for (const { member, value } of await store.range(LIST, { limit: MAX_SOURCES })) {
      const source: Source = JSON.parse(ring.openText(value));
      sources.set(member, source);
    }
    known = { at: deps.now(), sources };
    return sources;
  };
  const show = (source: Source): Source => {
    const secrets = channels.get(source.channel)?.secrets ?? [];
    const settings = Object.entries(source.settings).map(([name, value]) => [
      name,
      secrets.includes(name) && value ? HIDDEN : value,
    ]);
    return { ...source, settings: Object.fromEntries(settings) };
  };
  return {
    get: async (channel, source) => (await load()).get(`${channel}/${source}`) ?? null,
    list: async () => {
      const all = [...(await load())].sort(([a], [b]) => (a < b ? -1 : 1));
      return all.map(([, source]) => show(source));
    },
    put: async (name, source, body) => {
      const channel = channels.get(name);
      if (!channel)
        throw new Problem(
          'source_unknown',
          `there is no channel ${name}; known are ${[...channels.keys()].join(', ')}`,
        );
      const old = (await load()).get(`${name}/${source}`);
      const settings = keepSecrets(channel, body.settings, old?.settings ?? {});
      const parsed = channel.settings.safeParse(settings);
      if (!parsed.success)
        throw new Problem(
          'body_malformed',
          `settings.${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`,
        );
      const next: Source = { channel: name, source, title: body.title ?? null, settings };
      const add = [{ list: LIST, member: `${name}/${source}`, value: ring.sealText(JSON.stringify(next)) }];
      await store.commit({ seen: new Map(), put: new Map(), add, remove: [] });
      await store.flushed();
      known = null;
      return show(next);
    },
  };
}

/** A secret given as `***` keeps the old one. */
function keepSecrets(
  channel: Channel,
  given: Record<string, unknown>,
  old: Record<string, unknown>,
): Record<string, unknown> {
  const entries = Object.entries(given).map(([name, value]): [string, unknown] => [
    name,
    value === HIDDEN && channel.secrets.includes(name) ? old[name] : value,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
