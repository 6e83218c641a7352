import { type logCreator, logLevel } from 'kafkajs';

/** What a broker answers for some moments after its own start; the client asks again and all is well. */
const STARTING =
  /loading|not the leader for|does not host this topic|LEADER_NOT_AVAILABLE|coordinator is not available/i;
/** What follows from choices made here on purpose. */
const KNOWN = /retries for the idempotent producer|group is rebalancing|response without match/i;

/** Passes on what the library warns of, without the noise of a start. */
export function quietLogger(warn: (line: string) => void): logCreator {
  return () =>
    ({ level, log, namespace }) => {
      if (level !== logLevel.ERROR && level !== logLevel.WARN) return;
      const error = typeof log.error === 'string' ? `: ${log.error}` : '';
      const line = `kafka ${namespace ?? ''} ${log.message}${error}`;
      if (!STARTING.test(line) && !KNOWN.test(line)) warn(line);
    };
}
