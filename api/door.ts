import { z } from 'zod';
import type { RawRequest, Wait } from './port.ts';
import type { Answer, Call } from './route.ts';

const waitSchema = z.object({ wait: z.enum(['none', 'applied', 'queryable']) });

/** Headers or query as one string each: of a name given twice the first counts. */
function flat(bag: unknown): Record<string, string> {
  const entries: [string, unknown][] = typeof bag === 'object' && bag !== null ? Object.entries(bag) : [];
  return Object.fromEntries(
    entries.flatMap(([name, value]): [string, string][] => {
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return typeof first === 'string' ? [[name, first]] : [];
    }),
  );
}

/** What a door is asked to wait for; a platform's own `wait`, should one have it, asks for nothing. */
function waitOf(query: unknown): Wait {
  const found = waitSchema.safeParse(query);
  return found.success ? found.data.wait : 'none';
}

/** Passes a request to the door of a source as it came and its reply back as it is. */
export async function throughDoor(
  call: Call,
  { channel, source }: { channel: string; source: string },
  method: RawRequest['method'],
  body: Buffer,
): Promise<Answer> {
  const request: RawRequest = { method, query: flat(call.query), headers: flat(call.request.headers), body };
  const reply = await call.services.door(channel, source, request, waitOf(call.query));
  return { status: reply.status, type: reply.contentType, body: reply.body };
}
