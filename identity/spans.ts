/** The span that holds a time; times before the first span belong to it too. */
export function spanAt<S extends { from: number }>(spans: readonly S[], time: number): S | undefined {
  let found: S | undefined;
  for (const span of spans) if (found === undefined || span.from <= time) found = span;
  return found;
}

/** Times (epoch ms) as text that sorts as they do, for every date ECMAScript can say after the year -1200. */
export function padTime(time: number): string {
  return (time + 100_000_000_000_000).toString().padStart(16, '0');
}
