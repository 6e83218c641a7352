import { SCOPES } from '../schemas/wire/common.ts';
import { keyList, newKey } from '../schemas/wire/ops.ts';
import { type Call, type Command, type Deps, option, UsageError } from './deps.ts';
import { columns } from './place.ts';
import { answer, server, URL_OPTION } from './server.ts';

async function create(call: Call, deps: Deps): Promise<number> {
  const name = call.rest[1];
  const scopes = (option(call, 'scopes') ?? '').split(',').map((scope) => scope.trim());
  if (name === undefined) throw new UsageError('name the key, so that people know whose it is');
  const unknown = scopes.filter((scope) => !SCOPES.some((known) => known === scope));
  if (unknown.length > 0) throw new UsageError(`--scopes takes a comma list of ${SCOPES.join(', ')}`);
  const response = await server(call, deps)('/v1/keys', {
    method: 'POST',
    type: 'application/json',
    body: JSON.stringify({ name, scopes }),
  });
  const made = await answer(response, newKey);
  deps.err(`key ${made.id} is made; it is shown this once:`);
  deps.out(made.key);
  return 0;
}

async function list(call: Call, deps: Deps): Promise<number> {
  const { items } = await answer(await server(call, deps)('/v1/keys', { query: { limit: '1000' } }), keyList);
  const rows = items.map((item) => [item.id, item.created, item.name, item.scopes.join(',')]);
  for (const line of columns(rows)) deps.out(line);
  if (rows.length === 0) deps.err('there is no key but the admin key');
  return 0;
}

async function remove(call: Call, deps: Deps): Promise<number> {
  const id = call.rest[1];
  if (id === undefined) throw new UsageError('name the id of the key: key list shows them');
  await server(call, deps)(`/v1/keys/${encodeURIComponent(id)}`, { method: 'DELETE' });
  deps.out(`key ${id} is removed`);
  return 0;
}

export const keyCommand: Command = {
  name: 'key',
  forms: ['create <name> --scopes <scope,…>', 'list', 'remove <id>'],
  zh: '创建、列出或删除 API 密钥；新密钥只显示一次',
  en: 'makes, lists or removes API keys; a new one is shown once',
  options: {
    scopes: { type: 'string', takes: 'LIST', zh: `权限：${SCOPES.join(' ')}`, en: `any of ${SCOPES.join(' ')}` },
    ...URL_OPTION,
  },
  run: async (call, deps) => {
    if (call.rest[0] === 'create') return create(call, deps);
    if (call.rest[0] === 'list') return list(call, deps);
    if (call.rest[0] === 'remove') return remove(call, deps);
    throw new UsageError('say create, list or remove');
  },
};
