import type { Readable } from 'node:stream';
import { importQuery, importView, sourceParams } from '../../schemas/wire/ingest.ts';
import { IMPORT } from '../examples.ts';
import { IMPORT_BYTES } from '../limits.ts';
import { rawRoute } from '../route.ts';

/** Rejects when the stream does: what is wrong with the body is told even if its reader says something else of it. */
function failure(stream: Readable): Promise<never> {
  return new Promise((_, reject) => {
    stream.on('error', reject);
  });
}

/** A raw file, streamed through without being held; its content type is no matter. */
export const importsRun = rawRoute({
  method: 'POST',
  url: '/v1/imports/{channel}/{source}',
  tag: 'imports',
  scope: 'imports:write',
  summary: { zh: '导入文件', en: 'Imports a file; answers once every row has its fate' },
  params: sourceParams,
  absent: 'source_unknown',
  query: importQuery,
  body: { type: '*/*' },
  responses: {
    200: { description: 'Every row has its fate, or the file could not be read', schema: importView, example: IMPORT },
    202: { description: 'Not done after 10 s: the same body so far', schema: importView },
  },
  problems: ['storage_full', 'overloaded'],
  async handler({ params, query, call, services }) {
    const body = call.stream(IMPORT_BYTES);
    const failed = failure(body);
    const options = { kind: query.kind, name: query.name ?? null };
    try {
      const run = services.imports.run(params.channel, params.source, options, body);
      const view = await Promise.race([run, failed]);
      // A reader that came to its end early leaves a rest that nobody wants.
      if (view.state !== 'running') body.destroy();
      return { status: view.state === 'running' ? 202 : 200, type: 'application/json', body: JSON.stringify(view) };
    } catch (error) {
      body.destroy();
      throw error;
    }
  },
});
