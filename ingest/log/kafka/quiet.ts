import { type logCreator, logLevel } from 'kafkajs';

/** What a broker answers for some moments after its own start; the client asks again and all is well. */
const STARTING =
  /loading|not the leader for|does not host this topic|LEADER_NOT_AVAILABLE|coordinator is not available/i;
/** What follows from choices made here on purpose. */
const KNOWN = /retries for the idempotent producer|group is rebalancing|response without match/i;

const LINES = 200;

/** Passes on what the library warns of, without the noise of a start; what repeats only at its 10th, 100th, … time. */
export function quietLogger(warn: (line: string) => void): logCreator {
  const times = new Map<string, number>();
  return () =>
    ({ level, log, namespace }) => {
      if (level !== logLevel.ERROR && level !== logLevel.WARN) return;
      const error = typeof log.error === 'string' ? `: ${log.error}` : '';
      const line = `kafka ${namespace ?? ''} ${log.message}${error}`;
      if (STARTING.test(line) || KNOWN.test(line)) return;
      if (times.size > LINES) times.clear();
      const count = (times.get(line) ?? 0) + 1;
      times.set(line, count);
      if (Number.isInteger(Math.log10(count))) warn(count === 1 ? line : `${line} (${count} times)`);
    };
}
