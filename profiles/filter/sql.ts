/** Types of bound parameters. Values never stand in SQL text. */
export type ParamType = 'String' | 'Array(String)' | 'Int64' | 'UInt8' | 'UInt64' | 'Decimal(76, 20)';
export type Params = Record<string, string | number | readonly string[]>;

/** Collects the parameters of one statement; `bind` gives the placeholder that stands for the value in its text. */
export type Binder = { bind(type: ParamType, value: string | number | readonly string[]): string; params: Params };

/** SQL text of fixed fragments, joined. Whatever a caller wrote comes in as a placeholder of a binder. */
export const sql = (...parts: readonly string[]): string => parts.join('');

/** All or any of the conditions; of none of them all hold and not any. */
export function combine(word: 'AND' | 'OR', conditions: readonly string[]): string {
  if (conditions.length === 0) return word === 'AND' ? '1' : '0';
  return sql('(', conditions.join(word === 'AND' ? ' AND ' : ' OR '), ')');
}

export function makeBinder(): Binder {
  const params: Params = {};
  const names = new Map<string, string>();
  return {
    params,
    bind: (type, value) => {
      const key = JSON.stringify([type, value]);
      const known = names.get(key);
      if (known !== undefined) return known;
      const name = ['p', names.size].join('');
      const placeholder = sql('{', name, ':', type, '}');
      names.set(key, placeholder);
      params[name] = value;
      return placeholder;
    },
  };
}
