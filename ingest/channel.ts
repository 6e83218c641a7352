import type { z } from 'zod';
import type { EventInput } from '../schemas/event.ts';
import type { Reason } from '../schemas/fate.ts';

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
  | { kind: 'drop'; fate: 'ignored' | 'quarantined' | 'dead-letter'; reason: Reason; detail: string };

/**
 * A channel: one kind of source, in one file. Both functions are pure: no I/O, no clock but what they are given.
 * `accept` verifies the signature over the raw bytes and cuts the body into items; it never throws on hostile input.
 * `map` turns one item into its outcomes; what it throws becomes fate dead-letter `connector_failed`.
 */
export type Channel<Settings = unknown> = {
  name: string;
  title: { zh: string; en: string };
  /** What the settings mean and where to find them, for the channel's page. */
  about: string;
  settings: z.ZodType<Settings>;
  /** Names of the settings that are secrets: shown as `***`, encrypted at rest. */
  secrets: readonly string[];
  accept(request: DoorRequest, settings: Settings): Verdict;
  map(item: Item, context: { received: number; channel: string; source: string }): Outcome[];
};

/** Ties the settings type of one connector to the registry, which holds channels of any settings. */
export function defineChannel<Settings>(channel: Channel<Settings>): Channel {
  return {
    ...channel,
    accept: (request, settings) => {
      const parsed = channel.settings.safeParse(settings);
      if (parsed.success) return channel.accept(request, parsed.data);
      const path = parsed.error.issues[0]?.path.join('.') ?? '';
      return { verdict: 'refused', code: 'source_incomplete', detail: `setting ${path} is missing or wrong` };
    },
  };
}
