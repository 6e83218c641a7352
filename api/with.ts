import { Problem } from '../schemas/errors.ts';
import type { IdentifierRef } from '../schemas/identifier.ts';

const malformed = (): Problem =>
  new Problem('body_malformed', 'query.with: a customer id, or kind:scope:value with each part percent-encoded');

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed();
  }
}

/**
 * What `?with=` of a request line names: a customer id, or the identifier behind `kind:scope:value`, parts
 * percent-encoded so that a scope may hold a colon. Read from the raw line: parsing the query first would make the
 * encoded colons of a part and those between parts the same. A client that encodes the whole value again is understood.
 */
export function readWith(url: string): string | IdentifierRef {
  const search = url.slice(url.indexOf('?') + 1);
  const found = search.split('&').find((part) => part.startsWith('with='));
  if (found === undefined) throw malformed();
  const raw = found.slice('with='.length);
  const whole = raw.includes(':') ? raw : decode(raw.replaceAll('+', '%20'));
  const [kind = '', scope, ...rest] = whole.split(':');
  if (scope === undefined) return whole;
  if (kind === '' || rest.length === 0) throw malformed();
  return { kind: decode(kind), scope: scope === '' ? null : decode(scope), value: decode(rest.join(':')) };
}
