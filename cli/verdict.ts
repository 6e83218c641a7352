/** What `doctor` says of one thing. `mend` is the command, or the one thing to do, that puts it right. */
export type Verdict = { state: 'ok' | 'note' | 'wrong'; what: string; mend?: string };
