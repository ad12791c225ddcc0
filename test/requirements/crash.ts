const points = [
  ["k1", "A server killed before the commit of a request has acknowledged nothing and lost nothing."],
  ["k2", "A server killed after the commit keeps the task; a retry with the same key gets the same id."],
  ["k3", "A server killed after a claim closes that attempt as crashed and runs exactly one new one."],
  ["k4", "A server killed with a clone no row names removes it and starts the work again."],
  ["k5", "An agent started but not recorded by a server that died is found by its mark and ended."],
  ["k6", "A server killed in the middle of an agent's output keeps what was stored and tries again."],
  ["k9", "A server killed between an agent's end and its result keeps the work in the tree."],
  ["k10", "A server killed during validation validates again; finished rounds are not worked again."],
  ["k11", "A server killed after a snapshot keeps the snapshot."],
  ["k12", "A server killed after publishing, before recording it, publishes no second branch."],
  ["k16", "A server killed during cleanup finishes the cleanup; done stays done."],
  ["k17", "A server killed in a migration starts again on the database as it was."],
  ["k18", "A server killed while draining leaves its work to the next one."],
] as const;

/** The fail points of SAFETY.md 4.3 that the core holds. */
export const crashRequirements = points.map(([name, promise]) => ({
  id: `crash.${name}`,
  source: "SAFETY 4.3",
  promise,
  state: "done" as const,
}));
