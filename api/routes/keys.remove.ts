import { Problem } from '../../schemas/errors.ts';
import { idParams } from '../params.ts';
import { rawRoute } from '../route.ts';

export const keysRemove = rawRoute({
  method: 'DELETE',
  url: '/v1/keys/{id}',
  tag: 'keys',
  scope: 'admin',
  summary: { zh: '撤销 API 密钥', en: 'Revokes an API key' },
  params: idParams,
  absent: 'key_id_unknown',
  responses: { 204: { description: 'Revoked' } },
  async handler({ params, services }) {
    if (!(await services.keys.remove(params.id))) throw new Problem('key_id_unknown', 'no API key has this id');
    return { status: 204, type: '', body: '' };
  },
});
