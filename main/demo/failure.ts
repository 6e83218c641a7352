/** The demo cannot go on, or does not show what it ought to: one message for the person who started it. */
export class DemoError extends Error {}
