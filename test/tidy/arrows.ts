import type { Edge } from './imports.ts';

/** The rooms that make the product, and which of them each may import from. */
const ARROWS = new Map([
  ['schemas', ['schemas']],
  ['ingest', ['ingest', 'schemas']],
  ['identity', ['identity', 'schemas']],
  ['profiles', ['profiles', 'schemas']],
  ['api', ['api', 'schemas']],
  ['cli', ['cli', 'schemas']],
]);
export const ROOMS = [...ARROWS.keys()];

/** Modules that reach outside the process: the words in schemas/ do no such thing. */
const OUTSIDE = /^(node:)?(fs|net|http|https|http2|tls|dgram|dns|child_process|worker_threads|cluster|process)(\/|$)/;

export const roomOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : path);
const isPort = (path: string): boolean => path.endsWith('/port.ts');

/** What is wrong with an import; undefined where it may stand. */
export function wrongArrow(edge: Edge): string | undefined {
  if (edge.named) return undefined;
  const room = roomOf(edge.from);
  if (!edge.own) return room === 'schemas' && OUTSIDE.test(edge.to) ? `${edge.from} does I/O by ${edge.to}` : undefined;
  const allowed = ARROWS.get(room);
  const target = roomOf(edge.to);
  if (!allowed || allowed.includes(target)) return undefined;
  const byType = edge.typeOnly && isPort(edge.to) && ROOMS.includes(target) && room !== 'schemas';
  return byType ? undefined : `${edge.from}:${edge.line} imports ${edge.to}${edge.typeOnly ? ' (types)' : ''}`;
}
