import { expect, it } from 'vitest';
import { asked, type Server, startServer } from './server.ts';

type View = { metrics: { events: number }; identifiers: { kind: string; state: string }[]; conflicts: string[] };

const post = <T>(server: Server, path: string, body: unknown): Promise<T> =>
  asked<T>(server.post(path, JSON.stringify(body)));
const get = <T>(server: Server, path: string): Promise<T> => asked<T>(server.get(path));

const numberState = (identifiers: View['identifiers']): string | undefined =>
  identifiers.find(({ kind }) => kind === 'mobile')?.state;

const joined = (id: string, card: string, name: string) => ({
  ...{ id, channel: 'crm', source: 'main', time: `2026-01-0${id}T00:00:00Z`, type: 'member_joined', traits: { name } },
  identifiers: [
    { kind: 'member_card', scope: 'brand', value: card },
    { kind: 'mobile', value: '13700004321' },
  ],
});
const alone = {
  ...{ id: '3', channel: 'crm', source: 'main', time: '2026-01-03T00:00:00Z', type: 'click' },
  identifiers: [{ kind: 'mobile', value: '13700004321' }],
};

it('a family number that a person keeps apart stays shared by both, and with its first holder', async () => {
  const server = await startServer();
  const events = [joined('1', 'F1', '王建国'), joined('2', 'F2', '刘芳'), alone];
  type Taken = { results: { customer_id: string }[] };
  const { results } = await post<Taken>(server, '/v1/events?wait=applied', { events });
  const [first = '', second = ''] = results.map(({ customer_id }) => customer_id);
  const standing = async () => {
    const views = [
      await get<View>(server, `/v1/customers/${first}`),
      await get<View>(server, `/v1/customers/${second}`),
    ];
    return views.map(({ metrics, identifiers }) => [metrics.events, numberState(identifiers)]);
  };
  const before = await standing();
  expect(before).toEqual([
    [2, 'shared'],
    [1, 'shared'],
  ]);
  const { items } = await get<{ items: { id: string }[] }>(server, '/v1/conflicts');
  const decided = { decision: 'keep_apart', reason: 'a family' };
  const { state } = await post<{ state: string }>(server, `/v1/conflicts/${items[0]?.id}`, decided);
  expect(state).toBe('kept_apart');
  expect(await standing()).toEqual(before);
  expect((await get<View>(server, `/v1/customers/${first}`)).conflicts).toEqual([]);
  const holder = await get<{ id: string }>(server, '/v1/customers?kind=mobile&value=13700004321');
  expect(holder.id).toBe(first);
  await server.stop();
});
