import { eventLookupBody, eventResults } from '../../schemas/wire/ingest.ts';
import { EVENT_RESULT } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

/** What became of events, by channel, source and id, and whose they are now. */
export const eventsLookup = jsonRoute({
  method: 'POST',
  url: '/v1/events/lookup',
  tag: 'events',
  scope: 'customers:read',
  summary: { zh: '查询事件的去向与归属', en: 'Whose are these events, what became of them' },
  body: {
    schema: eventLookupBody,
    example: { events: [{ channel: 'pos', source: 'beijing', id: 'BJ001:20260301-17' }] },
  },
  ok: eventResults,
  example: { results: [EVENT_RESULT] },
  handler: async ({ body, services }) => ok({ results: await services.events.lookup(body.events) }),
});
