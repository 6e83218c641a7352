import { z } from 'zod';
import { PROBLEMS, Problem, type ProblemCode } from '../schemas/errors.ts';
import { wireNames } from '../schemas/wire/common.ts';
import { problemBody } from '../schemas/wire/ops.ts';
import { PROBLEM_TYPE } from './fail.ts';
import type { BodyDocs, ResponseDocs, Route } from './route.ts';

/** OpenAPI 3.1 of the routes, from the very schemas that judge their requests. */
type Json = Record<string, unknown>;
type Side = 'input' | 'output';

const REF = '#/components/schemas/';
const SETTINGS = {
  unrepresentable: 'any',
  // Answers may get further fields at any time, and requests may bring some that we do not read.
  override: ({ jsonSchema }: { jsonSchema: { additionalProperties?: unknown } }): void => {
    if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  },
} as const;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function without(json: Json, ...names: string[]): Json {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)));
}

/** Every `$ref` inside, at any depth. */
export function refsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (!isObject(value)) return [];
  const here = typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...here, ...Object.values(value).flatMap(refsIn)];
}

/** Components are taken up as they are referred to, with all they refer to in turn. */
function componentsOf(): { all: Json; ref(schema: z.ZodType, side: Side): Json } {
  const convert = (io: Side) => z.toJSONSchema(wireNames, { ...SETTINGS, io, uri: (id) => `${REF}${id}` }).schemas;
  const sides: Record<Side, Record<string, Json>> = { input: convert('input'), output: convert('output') };
  const all: Json = {};
  const take = (id: string, side: Side): void => {
    const json = sides[side][id];
    if (!json || Object.hasOwn(all, id)) return;
    all[id] = without(json, '$id', '$schema');
    for (const ref of refsIn(json)) take(ref.slice(REF.length), side);
  };
  return {
    all,
    ref(schema, side) {
      const id = wireNames.get(schema)?.id;
      if (id === undefined) throw new Error('a schema of a body has no name in OpenAPI');
      take(id, side);
      return { $ref: `${REF}${id}` };
    },
  };
}

function parameters(schema: z.ZodType | null, where: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const json = z.toJSONSchema(schema, { ...SETTINGS, io: 'input' });
  return Object.entries(json.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || (json.required ?? []).includes(name),
    schema: property,
  }));
}

/** What any route of this kind can answer with beside what it names itself. */
function problemsOf(route: Route): Set<ProblemCode> {
  const codes = new Set<ProblemCode>(['request_malformed', 'headers_too_large', 'internal', ...route.problems]);
  const add = (...more: ProblemCode[]): void => {
    for (const code of more) codes.add(code);
  };
  if (route.scope) add('key_missing', 'key_unknown', 'scope_missing', 'rate_limited');
  if (route.query) add('body_malformed');
  if (route.body) add('body_malformed', 'body_too_large', 'encoding_unsupported', 'too_slow');
  if (route.body?.type === 'application/json') add('json_too_complex');
  return codes;
}

function problemResponses(route: Route, schema: Json): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(route)) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses = [...byStatus].map(([status, codes]): [string, Json] => {
    const examples = codes.map((code): [string, Json] => [
      code,
      { value: new Problem(code, PROBLEMS[code].title).body() },
    ]);
    const content = { [PROBLEM_TYPE]: { schema, examples: Object.fromEntries(examples) } };
    return [String(status), { description: codes.join(', '), content }];
  });
  return Object.fromEntries(responses);
}

type Refer = (schema: z.ZodType, side: Side) => Json;

function content({ type, schema, example }: ResponseDocs & BodyDocs, side: Side, refer: Refer): Json {
  const media = {
    schema: schema ? refer(schema, side) : { type: 'string' },
    ...(example !== undefined && { example }),
  };
  return { [type]: media };
}

/** `GET /v1/customers/{id}` to `getV1CustomersId`. */
function operationId({ method, url }: Route): string {
  const words = url.split(/[^A-Za-z0-9]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return method.toLowerCase() + words.join('');
}

function operation(route: Route, refer: Refer): Json {
  const { scope, summary, tag, body } = route;
  const responses = Object.entries(route.responses).map(([status, docs]): [string, Json] => {
    const type = docs.type ?? (docs.schema ? 'application/json' : undefined);
    const media = type === undefined ? {} : { content: content({ ...docs, type }, 'output', refer) };
    return [status, { description: docs.description, ...media }];
  });
  return {
    operationId: operationId(route),
    tags: [tag],
    summary: `${summary.zh} / ${summary.en}`,
    description: scope ? `Scope: \`${scope}\`` : 'No key needed',
    security: scope ? [{ key: [scope] }] : [],
    ...(scope && { 'x-scope': scope }),
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(body && { requestBody: { required: true, content: content({ ...body, description: '' }, 'input', refer) } }),
    responses: { ...problemResponses(route, refer(problemBody, 'output')), ...Object.fromEntries(responses) },
  };
}

/** The whole document. Throws where a body has no named schema. */
export function openApi(routes: readonly Route[], version: string): Json {
  const components = componentsOf();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = paths[route.url] ?? {};
    path[route.method.toLowerCase()] = operation(route, components.ref);
    paths[route.url] = path;
  }
  return {
    openapi: '3.1.0',
    info: { title: 'huaxiang 画像', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key with the scope a route names' },
      },
      schemas: components.all,
    },
  };
}
