import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "bench.flood",
    "An agent flooding a gigabyte leaves the event loop under 50 ms at p99 and memory under 300 MB.",
  ],
  ["bench.workspace", "A workspace of a 10k-file repository is ready in 1.3 times a plain clone."],
  ["bench.rpc", "A JSON-RPC call over a socket or standard input comes back within 5 ms at p99."],
  ["bench.policy", "A policy decision takes less than 1 ms at p99."],
  ["bench.sandbox-spawn", "A confined program is there within 100 ms; each driver's cost is published."],
  ["bench.over-cap", "An agent that goes past its cap and ignores every signal is gone within a second."],
];

const sources: Readonly<Record<string, string>> = {
  "bench.over-cap": "issue 3",
  "bench.sandbox-spawn": "issue 5",
};

/** The numbers to hold; each is proven by the row of the same id in `bench/rows`. */
export const benchRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: sources[id] ?? "DESIGN 7",
  promise,
  state: "done",
  by: "bench",
}));
