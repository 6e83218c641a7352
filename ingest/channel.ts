import type { z } from 'zod';
import { Problem } from '../schemas/errors.ts';
import type { EventInput } from '../schemas/event.ts';
import type { Reason } from '../schemas/fate.ts';
import { type FieldTable, judgeFields } from './fields.ts';
import type { ImportUnit, Upload } from './import/unit.ts';
import type { Platform } from './platform.ts';

/** A request at a webhook door. Header names are lower-case; a repeated query parameter keeps its first value. */
export type DoorRequest = {
  method: 'GET' | 'POST';
  query: Record<string, string>;
  headers: Record<string, string>;
  /** The exact bytes that came: signatures hold over these and nothing else. */
  body: Buffer;
  /** Epoch ms. */
  now: number;
};

export type Reply = { status: number; contentType: string; body: string };

/**
 * One unit of a payload, as it goes into the log: what a later mapping needs and nothing that may change meanwhile.
 * `meta` carries what stood outside the body (a topic, an event id from a header) and those settings that the mapping
 * reads (scopes such as the appid): so the same record maps to the same events for ever, whatever becomes of the
 * source's settings.
 */
export type Item = { body: string; meta: Record<string, string> };

/** An item that cannot be mapped, known already at the door; its body is kept. */
export type BadItem = Item & { dead: { reason: Reason; detail: string } };

export type Verdict =
  | { verdict: 'taken'; items: (Item | BadItem)[]; reply: Reply }
  /** Answered and nothing kept: URL checks. */
  | { verdict: 'answered'; reply: Reply }
  | { verdict: 'refused'; code: 'signature_wrong' | 'signature_stale' | 'source_incomplete'; detail: string };

/** An event as a connector makes it. `id` is required of connectors: see CONTRACT "Event ids". */
export type MappedEvent = EventInput & { id: string };

/**
 * Something the platform is to be asked because of an item: the telephone behind a member card, the buyer of an order.
 * `params` are all that the call needs beside the settings; `afterMs`: not before so many ms have passed.
 */
export type Ask = { name: string; params: Record<string, string>; afterMs?: number };

export type Outcome =
  | {
      kind: 'event';
      event: MappedEvent;
      /** What the repeat of an event is compared by, where the event itself holds something of its arrival. */
      content?: string;
      /**
       * For receipts: where the id is known already with other content, the event stands under `id` instead, as another
       * telling of the same order; unless `day` (a business date) differs from the first one's: then it is quarantined
       * `receipt_reused`.
       */
      retold?: { id: string; day: string | null };
      /** Property names that may stand in a `where`: codes, numbers, enums. All others are encrypted at rest. */
      queryable: readonly string[];
    }
  | { kind: 'ask'; ask: Ask }
  | { kind: 'drop'; fate: 'ignored' | 'quarantined' | 'dead-letter'; reason: Reason; detail: string };

/** What the item of a payload is mapped with, beside its own value. `received` in epoch ms. */
export type MapContext = { received: number; channel: string; source: string; meta: Item['meta'] };

/** A page of what was read from a platform. `cursor` is JSON; it is saved once the items are in the log. */
export type PulledPage = { items: (Item | BadItem)[]; cursor: unknown; more: boolean };

/** Reading that a source does by itself, again and again: orders that changed since, tickets of a till. */
export type Pull<Settings> = {
  name: string;
  title: Words;
  /** Seconds between two turns. */
  everySeconds: number;
  /** Calls a second that the platform allows an application. */
  callsPerSecond: number;
  /** True where `next` keeps to `platform.range`: a part of the past can then be read again. */
  ranged?: boolean;
  /** True where the settings have all that this needs. */
  ready(settings: Settings): boolean;
  /** The next page from a cursor on; `cursor` is undefined at the very first turn. Throws PlatformError. */
  next(platform: Platform, settings: Settings, cursor: unknown): Promise<PulledPage>;
};

/** Answers one Ask with items for the log. Throws PlatformError. */
export type Asker<Settings> = {
  callsPerSecond: number;
  /** True where the settings have all that this needs; until then the ask waits. Absent: they always have. */
  ready?(settings: Settings): boolean;
  answer(platform: Platform, settings: Settings, params: Ask['params']): Promise<(Item | BadItem)[]>;
};

/** Files that a source takes by `POST /v1/imports`. */
export type Files<Settings> = {
  kinds: readonly string[];
  /** `kind` is one of `kinds`, or `auto`. */
  read(upload: Upload, options: { kind: string; settings: Settings }): AsyncGenerator<ImportUnit>;
};

/** A sentence or two in both languages. */
export type Words = { zh: string; en: string };

/** What a channel says about itself, for its page in docs/channels. */
export type ChannelPage<Settings> = {
  title: Words;
  /** What comes from there and what it is worth. */
  about: Words;
  /** Where to click in the platform's console, step by step. */
  steps: { zh: readonly string[]; en: readonly string[] };
  /** Every setting in a sentence. */
  help: { readonly [Name in keyof Settings]-?: Words };
  /** What the platform sends, and the type of the event that comes of it. */
  tells: readonly { sent: string; becomes: string }[];
  /** What the events bear of a person: kind, scope, where it stands in what is sent, and what it is worth. */
  joins: readonly { kind: string; scope: string; from: string; worth: Words }[];
};

/**
 * A channel: one kind of source, in one file. `accept`, `read` and `map` are pure: no I/O, no clock but what they are
 * given. `accept` verifies the signature over the raw bytes and cuts the body into items; it never throws on hostile
 * input. `read` parses the body of an item that `accept` found readable; `map` turns it into outcomes; what either
 * throws becomes fate dead-letter `connector_failed`. `fields` lists every field that is known with its type: what is
 * not listed is kept, counted and shown; what has another type is quarantined `field_type_changed`.
 */
export type ChannelFile<Settings> = ChannelPage<Settings> & {
  name: string;
  settings: z.ZodType<Settings>;
  /** Names of the settings that are secrets: shown as `***`, encrypted at rest. */
  secrets: readonly string[];
  /** Absent: the channel has no webhook. */
  accept?(request: DoorRequest, settings: Settings): Verdict;
  read(item: Item): unknown;
  fields: FieldTable;
  map(value: unknown, context: MapContext): Outcome[];
  pulls?: readonly Pull<Settings>[];
  asks?: Readonly<Record<string, Asker<Settings>>>;
  files?: Files<Settings>;
};

/** A channel as the product holds it: of any settings, which are checked before each use. */
export type Channel = Omit<ChannelPage<Record<string, unknown>>, 'help'> & {
  help: Readonly<Record<string, Words>>;
  name: string;
  settings: z.ZodType<unknown>;
  secrets: readonly string[];
  fields: FieldTable;
  /** Whether it has a webhook; without one `accept` refuses all. */
  door: boolean;
  accept(request: DoorRequest, settings: unknown): Verdict;
  /** Never throws `field_type_changed`: it is an outcome. */
  map(item: Item, context: Omit<MapContext, 'meta'>): Outcome[];
  /** As `map`, read once for both: `unknown` are the paths of fields that nobody listed. */
  judge(item: Item, context: Omit<MapContext, 'meta'>): { outcomes: Outcome[]; unknown: string[] };
  unknownFields(item: Item): string[];
  pulls: readonly Pull<unknown>[];
  asks: Readonly<Record<string, Asker<unknown>>>;
  files: Files<unknown> | null;
};

/** Ties the settings type of one connector to the registry, which holds channels of any settings. */
export function defineChannel<Settings>(file: ChannelFile<Settings>): Channel {
  const { accept, read, map, fields, pulls = [], asks = {}, files } = file;
  const check = (settings: unknown): Settings => {
    const parsed = file.settings.safeParse(settings);
    if (parsed.success) return parsed.data;
    throw new Problem('source_incomplete', wrongSetting(parsed.error));
  };
  const judge: Channel['judge'] = (item, context) => {
    const value = read(item);
    const { changed, unknown } = judgeFields(value, fields);
    const outcomes: Outcome[] = changed
      ? [{ kind: 'drop', fate: 'quarantined', reason: 'field_type_changed', detail: changed }]
      : map(value, { ...context, meta: item.meta });
    return { outcomes, unknown };
  };
  return {
    ...file,
    judge,
    door: accept !== undefined,
    accept: (request, settings) => {
      const parsed = file.settings.safeParse(settings);
      if (!parsed.success) return incomplete(wrongSetting(parsed.error));
      if (accept) return accept(request, parsed.data);
      return incomplete(`no webhook${files ? `: upload files to /v1/imports/${file.name}` : ''}`);
    },
    map: (item, context) => judge(item, context).outcomes,
    unknownFields: (item) => judgeFields(read(item), fields).unknown,
    pulls: pulls.map((pull) => ({
      ...pull,
      ready: (settings) => file.settings.safeParse(settings).success && pull.ready(check(settings)),
      next: (platform, settings, cursor) => pull.next(platform, check(settings), cursor),
    })),
    asks: Object.fromEntries(
      Object.entries(asks).map(([name, { callsPerSecond, ready, answer }]): [string, Asker<unknown>] => [
        name,
        {
          callsPerSecond,
          ready: (settings) => file.settings.safeParse(settings).success && (ready?.(check(settings)) ?? true),
          answer: (platform, settings, params) => answer(platform, check(settings), params),
        },
      ]),
    ),
    files: files
      ? { ...files, read: (upload, options) => files.read(upload, { ...options, settings: check(options.settings) }) }
      : null,
  };
}

const wrongSetting = (error: z.ZodError): string =>
  `setting ${error.issues[0]?.path.join('.') ?? ''} is missing or wrong`;
const incomplete = (detail: string): Verdict => ({ verdict: 'refused', code: 'source_incomplete', detail });
