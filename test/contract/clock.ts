/** A clock that never stands still, in epoch ms: what is done one after the other is of different ages. */
export function movingClock(): () => number {
  let last = 1_700_000_000_000;
  const start = last - Math.round(performance.now());
  return () => {
    last = Math.max(last + 1, start + Math.round(performance.now()));
    return last;
  };
}
