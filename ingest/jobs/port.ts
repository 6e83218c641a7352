/** Long work with progress that survives a crash. Timers and the identity store in process, BullMQ on Redis by URL. */
export const JOB_STATES = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Times are epoch ms; `cursor` is where the work goes on after a crash. */
export type Job = {
  id: string;
  kind: string;
  state: JobState;
  done: number;
  total: number | null;
  started: number | null;
  ended: number | null;
  result: unknown;
  error: string | null;
};

export type JobRun = {
  id: string;
  data: unknown;
  /** What the last `progress` of an earlier, interrupted run saved; undefined on the first. */
  cursor: unknown;
  /** Saves the progress. Rejects with JobStopped when the job was paused or cancelled: let it pass through. */
  progress(done: number, total: number | null, cursor: unknown): Promise<void>;
};
export type JobHandler = (run: JobRun) => Promise<unknown>;

export class JobStopped extends Error {}

export interface Jobs {
  /** Names the work of a kind. All kinds are defined before `start`. */
  define(kind: string, handler: JobHandler): void;
  /** Takes up queued and interrupted jobs and runs what comes, one job of a kind at a time. */
  start(): Promise<void>;
  /** Queues a job. The same id again is the same job. */
  add(kind: string, data: unknown, id: string): Promise<Job>;
  /** Runs a kind every `everyMs`, from now on, whatever the number of processes. */
  every(kind: string, everyMs: number): Promise<void>;
  get(id: string): Promise<Job | undefined>;
  /** Newest first; those older than the job `after`, none where there is no such job. */
  list(limit: number, after?: string): Promise<Job[]>;
  pause(id: string): Promise<Job | undefined>;
  resume(id: string): Promise<Job | undefined>;
  cancel(id: string): Promise<Job | undefined>;
  /** Lets running handlers stop at their next `progress` and waits for them; they go on at the next start. */
  close(): Promise<void>;
}
