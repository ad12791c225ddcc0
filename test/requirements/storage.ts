const onBoth = [
  ["storage.seq", "Events are numbered inside the commit, without a gap, in the order they were stored."],
  ["storage.savepoint", "A failing job of a group takes nothing of its neighbours with it."],
  [
    "storage.feed",
    "Every feed is a cursor over the log: each event once, in order, with prev_seq to prove it.",
  ],
  ["storage.resync", "A cursor older than retention or ahead of the head is answered resync_required."],
  ["dispatch.limits", "Global and project limits are counted in the claim itself and never passed."],
  ["dispatch.order", "Claims go by aged priority, then fairly over projects, then first in first out."],
  ["storage.paging", "Lists page by key: nothing twice, nothing missing, a foreign cursor refused."],
  ["storage.counters", "Status counters are maintained and equal a recount."],
  ["storage.newer", "A database written by a newer version is refused."],
] as const;

/** What the storage contract holds on SQLite and on Postgres alike. */
export const storageRequirements = [
  ...onBoth.flatMap(([id, promise]) =>
    ["sqlite", "postgres"].map((dialect) => ({
      id: `${id}.${dialect}`,
      source: "DESIGN 3.2, 3.4",
      promise: `${promise} (${dialect})`,
      state: "done" as const,
    })),
  ),
  {
    id: "storage.full",
    source: "SAFETY 4.4",
    promise: "A full disk fails the group as storage_full and loses nothing acknowledged.",
    state: "done" as const,
  },
  {
    id: "storage.indexes",
    source: "DESIGN 3.4",
    promise: "No list reads the whole task table.",
    state: "done" as const,
  },
  {
    id: "storage.postgres-task",
    source: "issue 2",
    promise: "A whole task runs on Postgres as it does on SQLite.",
    state: "done" as const,
  },
];
