import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { SuggestionView } from '../../api/identity/port.ts';
import type { IdentifierInput } from '../../schemas/event.ts';
import { iso } from './facts.ts';
import { DAY, entryOf, RECEIVED, START } from './history.ts';
import { type Whole, withWhole } from './house.ts';

/** Probable duplicates, the whole way: from events to a decision, with the real analytic store. */
type Person = { identifiers: IdentifierInput[]; traits: Record<string, string> };

const card = (value: string): IdentifierInput => ({ kind: 'member_card', scope: 'brand', value });
const mobile = (value: string): IdentifierInput => ({ kind: 'mobile', value });
const openid = (value: string): IdentifierInput => ({ kind: 'wechat_openid', scope: 'wx1', value });

/** Two women, each known to two channels that share no identifier: one in pinyin, one in traditional characters. */
const TILL: Person = {
  identifiers: [card('0001'), mobile('13900001234')],
  traits: { name: '欧阳思远', birthday: '1990-05-12', city: '北京市', email: 'lotus.pond@example.cn' },
};
const PROGRAMME: Person = {
  identifiers: [openid('oSiyuan')],
  traits: { name: 'Siyuan Ouyang', birthday: '1990-05-12', city: '北京市', email: 'lotus.pond@example.com' },
};
const WEB: Person = {
  identifiers: [card('0002'), mobile('13800002222')],
  traits: { name: '陈静', birthday: '1985-03-08', city: '上海市', email: 'silver.lake@example.cn' },
};
const CHAT: Person = {
  identifiers: [openid('oJing')],
  traits: { name: '陳靜', birthday: '1985-03-08', city: '上海', email: 'silver.lake@example.cn' },
};
const SURNAMES = [...'王李张刘陈杨黄赵'];
const GIVEN = ['伟', '秀英', '建国', '雨欣', '志强', '丽', '海燕'];
const CITIES = ['北京市', '上海市', '广州市'];

/** People who have a surname, a birthday or a city in common with others, and nothing more. */
const strangers = (count: number): Person[] =>
  Array.from({ length: count }, (_, at) => ({
    identifiers: [card(`1${at.toString().padStart(3, '0')}`), mobile(`1371${(1_000_000 + at * 7_919).toString()}`)],
    traits: {
      name: `${SURNAMES[at % SURNAMES.length]}${GIVEN[at % GIVEN.length]}`,
      birthday: `19${60 + (at % 23)}-0${1 + (at % 9)}-1${at % 10}`,
      city: CITIES[at % CITIES.length] ?? '',
    },
  }));

async function tell(whole: Whole, people: readonly Person[]): Promise<void> {
  const entries = people.map((person, at) =>
    entryOf({
      received: RECEIVED + at * 1_000,
      event: {
        ...{ id: `e${at}`, channel: 'pos', source: 'x', time: iso(START + at * DAY), type: 'member_joined' },
        ...person,
      },
    }),
  );
  await whole.deliver(entries);
  whole.clock.now = RECEIVED + entries.length * 1_000;
}

async function run({ services }: Whole): Promise<unknown> {
  const { id } = await services.suggestions.run();
  for (;;) {
    const job = await services.jobs.get(id);
    if (job?.state === 'done') return job.result;
    if (job?.state === 'failed') throw new Error(job.error);
    await delay(20);
  }
}

const list = async ({ services }: Whole, min = 0.9): Promise<SuggestionView[]> =>
  (await services.suggestions.list({ min, state: null }, { after: null, limit: 100 })).items;

const idOf = async ({ services }: Whole, { identifiers: [first] }: Person): Promise<string> =>
  (first && (await services.customers.find(first, null))) ?? 'nobody';

it('suggests two customers of one person and no strangers; what was decided is not suggested again', async () => {
  await withWhole({ analytic: true }, async (whole) => {
    await tell(whole, [TILL, PROGRAMME, WEB, CHAT, ...strangers(60)]);
    expect(await run(whole)).toMatchObject({ customers: 64, suggested: 2 });
    const found = await list(whole);
    const pairOf = async (...people: Person[]) => (await Promise.all(people.map((one) => idOf(whole, one)))).sort();
    const pairs = found.map(({ customers }) => [...customers].sort()).sort();
    const [ouyang, chen] = [await pairOf(TILL, PROGRAMME), await pairOf(WEB, CHAT)];
    expect(pairs).toEqual([ouyang, chen].sort());
    const levels = Object.fromEntries(
      (found.find(({ customers }) => ouyang.includes(customers[0]))?.because ?? []).map(({ field, level }) => [
        field,
        level,
      ]),
    );
    expect(levels).toMatchObject({ surname: 'same_sound', given_name: 'same_sound', birthday: 'same', city: 'same' });

    const by = ['asked her', 'clerk'] as const;
    const [one, other] = [ouyang, chen].map((pair) => found.find(({ customers }) => pair.includes(customers[0])));
    const { suggestions } = whole.services;
    expect((await suggestions.decide(one?.id ?? '', 'merge', ...by)).state).toBe('merged');
    expect(await idOf(whole, TILL)).toBe(await idOf(whole, PROGRAMME));
    expect((await suggestions.decide(other?.id ?? '', 'keep_apart', ...by)).state).toBe('kept_apart');
    expect(await idOf(whole, WEB)).not.toBe(await idOf(whole, CHAT));
    expect(await list(whole)).toEqual([]);
    expect(await run(whole)).toMatchObject({ customers: 63, suggested: 0 });
    expect(await list(whole, 0)).toEqual([]);

    // A number that both give from now on brings them together no more.
    const late = { ...WEB, identifiers: [openid('oJing'), card('0002')] };
    await whole.deliver([
      entryOf({
        received: RECEIVED + 10 * DAY,
        event: {
          id: 'late',
          channel: 'pos',
          source: 'x',
          time: iso(START + 90 * DAY),
          type: 'member_updated',
          ...late,
        },
      }),
    ]);
    expect(await idOf(whole, WEB)).not.toBe(await idOf(whole, CHAT));
  });
});

it('later stays in the list through the next run; pairs that merged meanwhile leave it', async () => {
  await withWhole({ analytic: true }, async (whole) => {
    await tell(whole, [TILL, PROGRAMME, WEB, CHAT, ...strangers(60)]);
    await run(whole);
    const [first, second] = await list(whole);
    await whole.services.suggestions.decide(first?.id ?? '', 'later', 'busy', 'clerk');
    await whole.services.customers.merge(...(second?.customers ?? ['', '']), 'at the counter', 'clerk');
    expect((await list(whole)).map(({ id, state }) => ({ id, state }))).toEqual([{ id: first?.id, state: 'later' }]);
    await run(whole);
    expect((await list(whole)).map(({ id, state }) => ({ id, state }))).toEqual([{ id: first?.id, state: 'later' }]);
    await expect(whole.services.suggestions.decide('s_nobody', 'merge', 'r', 'clerk')).rejects.toMatchObject({
      code: 'suggestion_unknown',
    });
  });
});

it('keeps nothing clear of what it compares', async () => {
  await withWhole({ analytic: true }, async (whole) => {
    await tell(whole, [TILL, PROGRAMME, WEB, CHAT, ...strangers(20)]);
    await run(whole);
    await whole.house.store.flushed();
    const secrets = ['ouyang', '欧阳思远', 'siyuan', '13900001234', 'lotus.pond', '19900512'];
    const files = await readdir(whole.directory, { recursive: true, withFileTypes: true });
    for (const file of files) {
      if (!file.isFile()) continue;
      const bytes = await readFile(join(file.parentPath, file.name));
      for (const secret of secrets)
        expect({ file: file.name, found: bytes.includes(secret) }).toEqual({ file: file.name, found: false });
    }
  });
});
