import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Channel, Item } from '../../../ingest/channel.ts';
import { CHANNELS } from '../../../ingest/channels.ts';
import { REASONS } from '../../../schemas/fate.ts';
import { kindRule } from '../../../schemas/identifier.ts';
import { texts } from './door.ts';
import { HOSTILE } from './hostile.ts';
import { judge, mapped, misfits, NOW } from './judge.ts';
import { mutations } from './mutations.ts';
import { SIGNERS } from './sign.ts';
import type { Around, Signed, Signer } from './signer.ts';

/** What every connector keeps to, whatever its platform; each new one is held against it by its line in the list. */
const FIXTURES = new URL('../../fixtures/channels/', import.meta.url);
const all: [string, Channel][] = [...CHANNELS];
const MARK = /FILL IN/;
const DEAD: readonly string[] = REASONS['dead-letter'];

const send = (channel: Channel, signer: Signer, { body, headers = {}, query = {} }: Signed, settings?: unknown) =>
  channel.accept({ method: 'POST', headers, query, body, now: NOW }, settings ?? signer.settings);

type Sample = { file: string; body: Buffer; around: Around };

function headersBeside(path: string): Around {
  const headers = path.replace('.body.json', '.headers.json');
  if (headers === path || !existsSync(new URL(headers, FIXTURES))) return {};
  return Object.fromEntries(Object.entries(texts(headers)).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The bodies among a channel's fixtures that its platform pushes, with what stands around each. */
function pushes({ name, pushed = /\.body\.json$/, aroundOf }: Signer): Sample[] {
  const home = new URL(name, FIXTURES);
  const files = existsSync(home) ? readdirSync(home).filter((file) => pushed.test(file)) : [];
  return files.map((file) => ({
    file,
    body: readFileSync(new URL(`${name}/${file}`, FIXTURES)),
    around: aroundOf ? aroundOf(file) : headersBeside(`${name}/${file}`),
  }));
}

function itemsOf(channel: Channel, signer: Signer, body: Buffer, around: Around): Item[] {
  const verdict = send(channel, signer, signer.sign(body, around, false));
  if (verdict.verdict !== 'taken') throw new Error(`not taken: ${JSON.stringify(verdict)}`);
  return verdict.items.flatMap((item) => ('dead' in item ? [] : [item]));
}

describe.each(all)('the page of %s', (name, channel) => {
  const words = [
    channel.title,
    channel.about,
    ...Object.values(channel.help),
    ...channel.joins.map(({ worth }) => worth),
  ];

  it('speaks both languages', () => {
    expect(name).toMatch(/^[a-z0-9][a-z0-9_-]{0,63}$/);
    for (const { zh, en } of [...words, ...channel.pulls.map(({ title }) => title)]) {
      expect([zh.trim(), en.trim()]).not.toContain('');
      expect(en).not.toMatch(/\p{Script=Han}{12}/u);
      expect(`${zh}${en}`).not.toMatch(MARK);
    }
    const { zh, en } = channel.steps;
    expect(zh.length).toBeGreaterThan(0);
    expect(zh).toHaveLength(en.length);
    for (const step of [...zh, ...en]) expect(step.trim()).not.toMatch(/^$|FILL IN/);
  });

  it('explains every setting, and secrets are settings', () => {
    const { settings } = channel;
    const names = settings instanceof z.ZodObject ? Object.keys(settings.shape) : Object.keys(channel.help);
    expect(Object.keys(channel.help).sort()).toEqual(names.sort());
    expect(channel.secrets.filter((secret) => !names.includes(secret))).toEqual([]);
  });

  it('lists its fields, what it tells and whom it joins', () => {
    // The columns of a file are whatever its owner calls them; a platform's fields have names.
    const named = Object.keys(channel.fields).filter((path) => channel.files !== null || path !== '*');
    expect(named).not.toEqual([]);
    expect(channel.tells).not.toEqual([]);
    for (const { sent, becomes } of channel.tells) expect([sent, becomes]).not.toContain('');
    for (const { kind } of channel.joins) if (kind !== '*') expect(kindRule(kind), kind).toBeDefined();
  });
});

const doors = all.filter(([, { door }]) => door);

describe('signers', () => {
  it('there is one for every channel with a door, with settings that fit', () => {
    expect(doors.map(([name]) => name).filter((name) => !SIGNERS.some((signer) => signer.name === name))).toEqual([]);
    for (const { name, settings } of SIGNERS)
      expect(CHANNELS.get(name)?.settings.safeParse(settings).error).toBeUndefined();
  });
});

describe.each(all.filter(([, { door }]) => !door))('%s, which has no door', (_, channel) => {
  it('refuses whatever comes', () => {
    const request = { method: 'POST' as const, query: {}, headers: {}, body: Buffer.from('{}'), now: NOW };
    expect(channel.accept(request, {})).toMatchObject({ verdict: 'refused', code: 'source_incomplete' });
  });
});

const cases = SIGNERS.flatMap((signer): [string, Channel, Signer][] => {
  const channel = CHANNELS.get(signer.name);
  return channel ? [[signer.name, channel, signer]] : [];
});

describe.each(cases)('the door of %s', (_, channel, signer) => {
  const samples = pushes(signer);

  it('is closed while a secret is missing', () => {
    const open = Object.entries(signer.settings).filter(([name]) => !channel.secrets.includes(name));
    const [{ body, around } = { body: Buffer.from('{}'), around: {} }] = samples;
    const signed = signer.sign(body, around, false);
    const without = send(channel, signer, signed, Object.fromEntries(open));
    expect(without).toMatchObject({ verdict: 'refused', code: 'source_incomplete' });
    expect(send(channel, signer, signed, {})).toMatchObject({ verdict: 'refused', code: 'source_incomplete' });
  });

  it('has samples, whose events all fit, twice the same', () => {
    expect(samples).not.toEqual([]);
    for (const { file, body, around } of samples) {
      for (const item of itemsOf(channel, signer, body, around)) {
        expect([...judge(channel, item), ...misfits(channel, item)], file).toEqual([]);
        expect(mapped(channel, item)).toEqual(mapped(channel, item));
      }
    }
  });

  it.each(samples.map((sample) => [sample.file, sample] as const))('lists every field of %s', (_, { body, around }) => {
    const items = itemsOf(channel, signer, body, around);
    expect(items.flatMap((item) => channel.unknownFields(item))).toEqual([]);
  });

  const taken = (body: Buffer, around: Around): string[] => {
    const verdict = send(channel, signer, signer.sign(body, around, false));
    if (verdict.verdict !== 'taken' || verdict.reply.status !== 200) return [`not taken: ${JSON.stringify(verdict)}`];
    return verdict.items.flatMap((item) => {
      if (!('dead' in item)) return judge(channel, item);
      return DEAD.includes(item.dead.reason) ? [] : [`dead for ${item.dead.reason}`];
    });
  };

  it.each(Object.keys(HOSTILE))('%s: signed it is taken and told, not signed it is refused', (sin) => {
    const body = HOSTILE[sin]?.() ?? Buffer.alloc(0);
    const refused = { verdict: 'refused', code: 'signature_wrong' };
    for (const around of signer.arounds) {
      expect(taken(body, around), JSON.stringify(around)).toEqual([]);
      expect(send(channel, signer, signer.sign(body, around, true))).toMatchObject(refused);
      expect(send(channel, signer, { body, headers: { ...around } })).toMatchObject(refused);
    }
  });

  it.each(samples.map((sample) => [sample.file, sample] as const))(
    'takes %s with any one value in it gone wrong',
    (_, { body, around }) => {
      const wrong = [...mutations(body.toString('utf8'))].flatMap(([what, text]) =>
        signer.ours?.test(what) ? [] : taken(Buffer.from(text), around).map((why) => `${what}: ${why}`),
      );
      expect(wrong.slice(0, 10)).toEqual([]);
    },
  );
});
