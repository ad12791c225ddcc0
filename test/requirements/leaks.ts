const rows = [
  [
    "answers",
    "No answer of the server holds a secret: not a record, a prompt, a diff, a document or a page.",
  ],
  ["errors", "No error holds a secret, wherever in the request it came."],
  ["told", "No message to a person holds a secret."],
  [
    "access-log",
    "What is written of requests holds no secret and no query, nor is the token of an agent told.",
  ],
  ["streams", "No stream holds a secret, also one that came in pieces."],
  ["processes", "No process a task needs has a secret in its arguments or its environment."],
  [
    "agent-sight",
    "An agent sees no secret of the server, of its user or of another project, and its calls to the API are refused.",
  ],
  ["stored", "No secret is in the database, a log, a record, a branch name or a commit message."],
  ["modes", "Everything in the data directory is for its owner alone, whatever the umask."],
  ["refused-database", "A database that cannot be reached is refused without its password."],
  ["prompt-argv", "A prompt that looks like an option reaches an agent as text and never as an argument."],
] as const;

/** Secrets stay inside: SAFETY F1, F2, F3, C5 and C7, seen on the running server. */
export const leaksRequirements = rows.map(([name, promise]) => ({
  id: `leaks.${name}`,
  source: "issue 2 / SAFETY C5, C7, F1, F2, F3",
  promise,
  state: "done" as const,
}));

/** Where output is cut, too. */
export const cutRequirements = [
  {
    id: "secrets.cut",
    source: "issue 2 / SAFETY F1",
    promise: "Where a long output is cut, no half of a secret stays at the cut.",
    state: "done",
  },
] as const;
