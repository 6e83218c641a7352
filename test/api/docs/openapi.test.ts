import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApi, refsIn } from '../../../api/openapi.ts';
import { ROUTES } from '../../../api/routes.ts';
import { PROBLEMS } from '../../../schemas/errors.ts';
import { SCOPES } from '../../../schemas/wire/common.ts';
import { openHouse } from '../house.ts';

const content = z.record(z.string(), z.object({ schema: z.object({}).loose() }).loose());
const operation = z
  .object({
    operationId: z.string().regex(/^[a-z][A-Za-z0-9]+$/),
    tags: z.array(z.string()).length(1),
    summary: z.string().regex(/^\p{Script=Han}.* \/ ./u),
    description: z.string(),
    security: z.array(z.object({ key: z.array(z.enum(SCOPES)).length(1) })),
    'x-scope': z.enum(SCOPES).optional(),
    parameters: z.array(
      z
        .object({
          name: z.string(),
          in: z.enum(['path', 'query']),
          required: z.boolean(),
          schema: z.object({}).loose(),
        })
        .strict(),
    ),
    requestBody: z
      .object({ required: z.literal(true), content })
      .strict()
      .optional(),
    responses: z.record(
      z.string().regex(/^[2-5]\d\d$/),
      z.object({ description: z.string().min(1), content: content.optional() }).strict(),
    ),
  })
  .strict();
const document = z
  .object({
    openapi: z.literal('3.1.0'),
    info: z.object({ title: z.string(), version: z.string(), license: z.object({ name: z.string() }).loose() }),
    servers: z.array(z.object({ url: z.string() })),
    tags: z.array(z.object({ name: z.string() })),
    paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post', 'put', 'delete']), operation)),
    components: z.object({
      securitySchemes: z.object({ key: z.object({ type: z.literal('http'), scheme: z.literal('bearer') }).loose() }),
      schemas: z.record(z.string().regex(/^[A-Za-z]+$/), z.object({}).loose()),
    }),
  })
  .strict();
const DOC = document.parse(openApi(ROUTES, '1.2.3'));
const operations = Object.entries(DOC.paths).flatMap(([url, path]) =>
  Object.entries(path).map(([method, found]) => ({ id: `${method.toUpperCase()} ${url}`, url, ...found })),
);

describe('the document', () => {
  it('is what /openapi.json answers', async () => {
    const { ask } = await openHouse({ version: '1.2.3' });
    const answer = await ask('/openapi.json', { key: null });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(document.parse(await answer.json())).toEqual(DOC);
  });

  it('has every route that the server has, and no other', async () => {
    const told = operations.map(({ id }) => id).sort();
    expect(told).toEqual(ROUTES.map(({ method, url }) => `${method} ${url}`).sort());
    const { app } = await openHouse();
    for (const { method, url } of ROUTES) {
      expect(app.hasRoute({ method, url: url.replaceAll(/\{(\w+)\}/g, ':$1') })).toBe(true);
    }
    const printed = app.printRoutes({ commonPrefix: false });
    const served = [...printed.matchAll(/\(([A-Z, ]+)\)/g)].flatMap(([, methods = '']) => methods.split(', '));
    expect(served.filter((method) => method !== 'HEAD')).toHaveLength(ROUTES.length);
  });

  it('refers to nothing that it does not hold, and holds nothing that is not referred to', () => {
    const refs = new Set(refsIn(DOC).map((ref) => ref.replace('#/components/schemas/', '')));
    expect([...refs].sort()).toEqual(Object.keys(DOC.components.schemas).sort());
  });

  it('names each operation once and each parameter of a path', () => {
    expect(new Set(operations.map((found) => found.operationId)).size).toBe(operations.length);
    for (const { url, parameters } of operations) {
      const named = [...url.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual(named);
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  });

  it.each(ROUTES)('tells scope and problems of $method $url', ({ method, url, scope, problems }) => {
    const found = operations.find(({ id }) => id === `${method} ${url}`);
    expect(found?.security).toEqual(scope === null ? [] : [{ key: [scope] }]);
    const codes = Object.values(found?.responses ?? {}).flatMap(({ description }) => description.split(', '));
    for (const code of problems) expect(codes).toContain(code);
    if (scope) for (const code of ['key_missing', 'scope_missing', 'rate_limited']) expect(codes).toContain(code);
    for (const code of codes) if (/^[a-z]+_[a-z_]+$/.test(code)) expect(Object.keys(PROBLEMS)).toContain(code);
  });
});

describe('examples', () => {
  it.each(ROUTES.filter(({ body }) => body?.schema))('the body of $method $url is one it takes', ({ body }) => {
    expect(body?.schema?.safeParse(body.example)).toMatchObject({ success: true });
  });

  const answers = ROUTES.flatMap(({ method, url, responses }) =>
    Object.entries(responses).map(([status, docs]) => ({ method, url, status, ...docs })),
  );
  it.each(answers.filter(({ schema, status }) => schema && status === '200'))(
    'the answer of $method $url is one it gives',
    ({ schema, example }) => expect(schema?.parse(example)).toEqual(example),
  );
});

describe('the page to try it', () => {
  it('needs nothing from outside', async () => {
    const { ask } = await openHouse();
    const page = await (await ask('/docs', { key: null })).text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      expect(file).toMatch(/^\/docs\//);
      const answer = await ask(file, { key: null });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/(css|javascript)/);
      expect((await answer.text()).length).toBeGreaterThan(50);
    }
    expect(page).not.toMatch(/https?:/);
    expect((await ask('/docs/..%2fpackage.json', { key: null })).status).toBe(404);
  });
});
