import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Ask, DoorRequest, MappedEvent, Outcome, Verdict } from '../../../ingest/channel.ts';
import { CHANNELS } from '../../../ingest/channels.ts';
import { eventInput } from '../../../schemas/event.ts';

/** Sends requests to a channel as its platform would, and follows what is taken through the mapping. */
const FIXTURES = new URL('../../fixtures/channels/', import.meta.url);
export const NOW = Date.parse('2026-03-02T12:00:00+08:00');

export const bytes = (path: string): Buffer => readFileSync(new URL(path, FIXTURES));
export const json = (path: string): Record<string, unknown> => JSON.parse(bytes(path).toString('utf8'));
export const filesOf = (channel: string): string[] => readdirSync(new URL(channel, FIXTURES)).sort();

const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';
/** The texts of one object in a JSON fixture. */
export function texts(path: string, key?: string): Record<string, string> {
  const whole = json(path);
  const part = key === undefined ? whole : whole[key];
  return Object.fromEntries(Object.entries(part ?? {}).filter(isText));
}
export const headersOf = (path: string): Record<string, string> =>
  Object.fromEntries(Object.entries(texts(path)).map(([name, value]) => [name.toLowerCase(), value]));

export const sha1Of = (...parts: string[]): string =>
  createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');
export const md5Of = (...parts: (string | Buffer)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest('hex');
export const hmacOf = (secret: string, body: string | Buffer): string =>
  createHmac('sha256', secret).update(body).digest('base64');

export function channelOf(name: string) {
  const channel = CHANNELS.get(name);
  if (!channel) throw new Error(`no channel ${name}`);
  return channel;
}

export function send(
  name: string,
  settings: unknown,
  request: Partial<Omit<DoorRequest, 'body'>> & { body?: string | Buffer },
): Verdict {
  const { body = '', ...rest } = request;
  const bodyBytes = typeof body === 'string' ? Buffer.from(body) : body;
  return channelOf(name).accept(
    { method: 'POST', query: {}, headers: {}, now: NOW, ...rest, body: bodyBytes },
    settings,
  );
}

/** What became of everything that was taken. An item dead at the door counts as a dropped one. */
export function outcomes(name: string, verdict: Verdict): Outcome[] {
  if (verdict.verdict !== 'taken') throw new Error(`not taken: ${JSON.stringify(verdict)}`);
  return verdict.items.flatMap((item): Outcome[] => {
    if ('dead' in item) return [{ kind: 'drop', fate: 'dead-letter', ...item.dead }];
    return channelOf(name).map(item, { received: NOW, channel: name, source: 'main' });
  });
}

/** The events of a taken payload; each must fit the schema as it stands. */
export function events(name: string, verdict: Verdict): MappedEvent[] {
  return outcomes(name, verdict).flatMap((outcome) => {
    if (outcome.kind === 'ask') return [];
    if (outcome.kind !== 'event') throw new Error(`dropped: ${JSON.stringify(outcome)}`);
    const fit = eventInput.safeParse(outcome.event);
    expect(fit.error?.issues ?? []).toEqual([]);
    for (const name of outcome.queryable) expect(name).toMatch(/^[a-z_]+$/);
    return [outcome.event];
  });
}

export function event(name: string, verdict: Verdict): MappedEvent {
  const [first, ...others] = events(name, verdict);
  expect(others).toEqual([]);
  if (!first) throw new Error('no event');
  return first;
}

/** What the platform is to be asked because of a payload. */
export const asks = (name: string, verdict: Verdict): Ask[] =>
  outcomes(name, verdict).flatMap((outcome) => (outcome.kind === 'ask' ? [outcome.ask] : []));

/** The one dropped outcome of a payload. */
export function dropped(name: string, verdict: Verdict): Outcome {
  const [first, ...others] = outcomes(name, verdict);
  expect(others).toEqual([]);
  if (first?.kind !== 'drop') throw new Error(`not dropped: ${JSON.stringify(first)}`);
  return first;
}
