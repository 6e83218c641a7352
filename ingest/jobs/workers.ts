/**
 * One worker per name. `step` does one piece of its work and answers whether there may be more; a wake during a step
 * is not lost. When a step rejects, the worker stops and `failed` of the last wake is called.
 */
export function openWorkers(step: (name: string) => Promise<boolean>) {
  const wanted = new Set<string>();
  const busy = new Map<string, Promise<void>>();

  const run = async (name: string, failed: () => void) => {
    try {
      while (wanted.delete(name)) {
        while (await step(name));
      }
    } catch {
      failed();
    }
    busy.delete(name);
  };

  return {
    wake: (name: string, failed: () => void) => {
      wanted.add(name);
      if (!busy.has(name)) busy.set(name, run(name, failed));
    },
    idle: async () => {
      await Promise.all(busy.values());
    },
  };
}
