import { Problem } from '../../schemas/errors.ts';
import { sourceFields, sourceParams } from '../../schemas/wire/ingest.ts';
import { LETTER, TIME } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

/** Drift, as it is seen: what a platform sends that its connector does not know, or knows otherwise. */
export const sourcesFields = jsonRoute({
  method: 'GET',
  url: '/v1/sources/{channel}/{source}/fields',
  tag: 'sources',
  scope: 'ops:read',
  summary: { zh: '字段变化', en: 'Fields that came and are not known, and those whose type changed' },
  params: sourceParams,
  ok: sourceFields,
  example: {
    items: [{ path: 'data.sticker', count: 12, first_seen: TIME, last_seen: TIME }],
    changed: [{ path: 'total_price', count: 1, last: LETTER.id, detail: 'total_price: map, not string' }],
  },
  problems: ['source_unknown'],
  absent: 'source_unknown',
  async handler({ params, services }) {
    const found = await services.fields(params.channel, params.source);
    if (!found) throw new Problem('source_unknown', 'no such channel or source is configured');
    return ok(found);
  },
});
