import type { EventInput } from '../../schemas/event.ts';

/** One thing that a platform or a till sends or is asked for, and what the reader is told of it. */
export type Delivery = { zh: string; en: string } & (
  | {
      to: 'door';
      query?: Record<string, string>;
      headers?: Record<string, string>;
      body: Buffer;
      /** A request that the door must turn away. */
      refused?: true;
    }
  | { to: 'import'; file: string; body: Buffer }
  | { to: 'events'; events: EventInput[] }
  | {
      to: 'pull';
      name: string;
      /** RFC 3339: a part of the past. Without it the pull reads on. */
      range?: { from: string; to: string };
      /** Done just before, so that there is something to read. */
      first?(): void;
    }
);

/** What one source sends. */
export type Stop = { channel: string; source: string; deliveries: Delivery[] };
