/** One line for each request. It holds no URL, no query, no header and no body: those may hold personal data. */
export type LogLine = {
  /** The pattern of the route, `/v1/customers/{id}`; null where none was found. */
  route: string | null;
  method: string;
  status: number;
  ms: number;
  /** Id of the API key, never the key; null without one. */
  key: string | null;
  request: string;
  /** True where the line was cut before the answer was out: nobody saw the status. */
  cut?: boolean;
  /** Code of the problem that was answered. */
  code?: string;
  /** For `internal`: name of the error and place in the code. */
  error?: string;
  at?: string;
};
export type Log = (line: LogLine) => void;
