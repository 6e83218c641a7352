/** The environment for a process that a test starts: this one's, with what the test sets. */
export const environment = (more: Record<string, string>): Record<string, string | undefined> => ({
  ...process.env,
  ...more,
});
