/** Asks for the next page while this one is worked on. `ask` gives null after the last page. */
export async function* ahead<T>(ask: () => Promise<T | null>): AsyncGenerator<T> {
  let next = ask();
  for (;;) {
    const page = await next;
    if (page === null) return;
    next = ask();
    // Whoever leaves the loop does not await it.
    next.catch(() => undefined);
    yield page;
  }
}
