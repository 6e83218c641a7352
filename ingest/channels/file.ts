import { z } from 'zod';
import { eventInput } from '../../schemas/event.ts';
import { defineChannel, type MapContext, type Outcome } from '../channel.ts';
import { drop, type Read, tryJson } from '../door.ts';
import { FILE_PAGE } from '../file-page.ts';
import { readFile } from '../import/file.ts';
import { mapRow } from '../import/map-row.ts';
import { fileSettings, type RowMapping, rowMapping } from '../import/mapping.ts';
import { hash16 } from '../import/receipt.ts';
import { refusedBody } from '../import/unit.ts';
import { isFields } from '../pick.ts';
import { malformed, stableJson } from '../prepare.ts';

const fileMeta = z.object({ kind: z.enum(['row', 'line', 'canonical', 'refused']), mapping: z.string().default('') });

/** Mappings by their text: the rows of a file bear the same one. */
const KNOWN = 64;
const mappings = new Map<string, RowMapping>();

function mappingFrom(text: string): RowMapping {
  const known = mappings.get(text);
  if (known) return known;
  const mapping = rowMapping.parse(JSON.parse(text));
  if (mappings.size >= KNOWN) mappings.clear();
  mappings.set(text, mapping);
  return mapping;
}

/**
 * A line as `POST /v1/events` takes it. Channel and source are the import's, whatever the line says: they are part of
 * the event's key and of the scope of its orders, and a file must not write into another source's.
 */
function canonical(value: Record<string, unknown>, { channel, source }: MapContext): Outcome[] {
  const parsed = eventInput.safeParse({ ...value, channel, source });
  if (!parsed.success) return drop('dead-letter', 'event_malformed', malformed(parsed.error));
  const { channel: _, source: __, ...own } = value;
  const id = parsed.data.id ?? hash16(stableJson(own));
  // As from POST /v1/events, all properties may be asked for.
  const queryable = Object.keys(parsed.data.properties ?? {});
  return [{ kind: 'event', event: { ...parsed.data, id }, queryable }];
}

function mapItem(value: unknown, context: MapContext): Outcome[] {
  const meta = fileMeta.parse(context.meta);
  const read = lineSchema.parse(value);
  if (!read.ok) return drop('dead-letter', 'row_malformed', `the line is ${read.detail}`);
  if (meta.kind === 'refused') {
    const { fate, reason, detail } = refusedBody.parse(read.value);
    return drop(fate, reason, detail);
  }
  if (!isFields(read.value)) return drop('dead-letter', 'row_malformed', 'the line is no JSON object');
  return meta.kind === 'canonical'
    ? canonical(read.value, context)
    : mapRow(read.value, mappingFrom(meta.mapping), context);
}

const lineSchema = z.custom<Read>((value) => isFields(value) && typeof value.ok === 'boolean');

/** Files of any system, by a mapping that is declared in the settings of the source. They come by import alone. */
export const file = defineChannel({
  name: 'file',
  ...FILE_PAGE,
  settings: fileSettings,
  secrets: [],
  files: { kinds: [], read: (upload, { settings }) => readFile(upload, settings) },
  read: ({ body }): Read => tryJson(body),
  fields: { '*': 'any' },
  map: mapItem,
});
