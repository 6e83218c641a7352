import { waitQuery } from '../../schemas/wire/common.ts';
import { eventResults, eventsBody, eventsBodyDocs } from '../../schemas/wire/ingest.ts';
import { EVENT, EVENT_RESULT } from '../examples.ts';
import { jsonRoute } from '../route.ts';

/** Canonical events, a batch at once; items are judged one by one behind the list. */
export const eventsAccept = jsonRoute({
  method: 'POST',
  url: '/v1/events',
  tag: 'events',
  scope: 'events:write',
  summary: { zh: '写入标准事件', en: 'Takes canonical events; answers once they are on disk' },
  query: waitQuery,
  body: { schema: eventsBody, docs: eventsBodyDocs, example: { events: [EVENT] } },
  ok: eventResults,
  example: { results: [EVENT_RESULT] },
  also: { 202: 'The wait ran out: the events are on disk, the same body so far' },
  problems: ['storage_full', 'overloaded'],
  async handler({ body, query, services }) {
    const { done, results } = await services.events.accept(body.events, query.wait);
    return { status: done ? 200 : 202, body: { results } };
  },
});
