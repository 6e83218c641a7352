import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { PROBLEMS, Problem, type ProblemCode } from '../schemas/errors.ts';

export const PROBLEM_TYPE = 'application/problem+json';
const NAMED = 3;

type Issue = z.core.$ZodIssue;

/** The innermost issues, with whole paths: of a union those of the branch that got furthest. */
function leaves(issues: readonly Issue[], path: readonly PropertyKey[]): { path: PropertyKey[]; message: string }[] {
  return issues.flatMap((issue) => {
    const here = [...path, ...issue.path];
    if (issue.code !== 'invalid_union') return [{ path: here, message: issue.message }];
    const branches = issue.errors.map((branch) => leaves(branch, here));
    const furthest = branches.toSorted((a, b) => depth(b) - depth(a))[0];
    return furthest ?? [{ path: here, message: issue.message }];
  });
}
const depth = (found: { path: PropertyKey[] }[]): number => Math.max(0, ...found.map((issue) => issue.path.length));

/**
 * `value` as `schema` reads it. Throws `code`, whose detail names paths and what is expected there, never a value.
 * Without a schema there is nothing to read: the type of such a value is unknown to every caller.
 */
export function parsed<T>(schema: z.ZodType<T> | undefined, value: unknown, where: string, code?: ProblemCode): T;
export function parsed(schema: z.ZodType | undefined, value: unknown, where: string, code?: ProblemCode): unknown {
  if (!schema) return value;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const found = leaves(result.error.issues, [where]);
  const told = found.slice(0, NAMED).map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`);
  throw new Problem(code ?? 'body_malformed', told.join('; '));
}

/** What fastify itself refuses is in the table too; everything unforeseen is `internal`, and its words stay inside. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status === 415) return new Problem('encoding_unsupported', 'the content type is none');
  if (status >= 400 && status < 500)
    return new Problem('request_malformed', 'the request line or a header is malformed');
  return new Problem('internal', 'the request failed; the log has more under this request id');
}

/** Where an unforeseen error came from: its name and place in the code, never its message, which may hold data. */
export function placeOf(error: unknown): { error: string; at: string } {
  if (!(error instanceof Error)) return { error: typeof error, at: '' };
  const frame = error.stack?.split('\n').find((line) => /^\s+at /.test(line)) ?? '';
  return { error: error.name, at: frame.trim() };
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The headers a problem brings. `closes`: the rest of the request cannot be waited for. */
export function problemHeaders(problem: Problem): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' };
  const { retry, status } = PROBLEMS[problem.code];
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  if (retry === 'later' && (status === 429 || status === 503)) {
    headers['retry-after'] = String(number(problem.more.retry_after) ?? 1);
  }
  if (problem.code === 'too_slow') headers.connection = 'close';
  return headers;
}

/** The answer to a problem, with the id under which the log tells more. */
export function problemBody(problem: Problem, request: string): string {
  return JSON.stringify({ ...problem.body(), request });
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).headers(problemHeaders(problem)).send(problemBody(problem, reply.request.id));
}
