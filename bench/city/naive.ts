import { digitsOf } from './evidence.ts';
import { PLACEHOLDER, type Quarter } from './quarter.ts';

/** What people build first: whoever bears an equal number, or an equal id of any kind, is one. */
export type Naive = { owners(quarter: Quarter): number[]; find(owner: number): number };

/** `sane`: numbers that are typed in place of one are left out. */
export function makeNaive(sane: boolean): Naive {
  const up: number[] = [];
  const known = new Map<string, number>();
  const find = (owner: number): number => {
    let at = owner;
    for (let next = up[at]; next !== undefined && next !== at; next = up[at]) {
      up[at] = up[next] ?? next;
      at = next;
    }
    return at;
  };
  return {
    find,
    owners: (quarter) => {
      // Everything but the numbers that are typed everywhere stays in its quarter, and need not be remembered.
      const local = new Map<string, number>();
      return quarter.told.map(({ event }) => {
        const own = up.push(up.length) - 1;
        const keys = (event.identifiers ?? []).map((one) => keyOf(quarter, one, sane));
        for (const id of [event.order?.id, event.order?.original_id]) if (id) keys.push(`order ${id}`);
        for (const key of keys) {
          if (key === null) continue;
          const map = key === `mobile ${PLACEHOLDER}` ? known : local;
          const other = map.get(key);
          if (other === undefined) map.set(key, own);
          else up[find(own)] = find(other);
        }
        return own;
      });
    },
  };
}

function keyOf({ hashes }: Quarter, one: { kind: string; scope?: string | null; value: string }, sane: boolean) {
  const { kind, scope, value } = one;
  if (kind === 'hashed_mobile') return `mobile ${hashes.get(value)}`;
  if (kind !== 'mobile') return `${kind} ${scope ?? ''} ${value}`;
  const digits = digitsOf(value);
  if (digits !== null) return `mobile ${digits}`;
  const placeholder = value.replace(/\D/g, '').endsWith(PLACEHOLDER) && !value.includes('*');
  return placeholder && !sane ? `mobile ${PLACEHOLDER}` : null;
}
