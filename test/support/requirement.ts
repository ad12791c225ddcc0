/** One promise of Harness, as data. Tests cite it in their titles as `[req:ID]`. */
export interface Requirement {
  /** Short and dotted, such as `process.kill-tree`. */
  readonly id: string;
  /** Where the promise was made. */
  readonly source: string;
  /** The promise, in one sentence a user understands. */
  readonly promise: string;
  /** `planned` is promised for later; `done` must be cited by a test that passed. */
  readonly state: "done" | "planned";
  /** A speed promise is proven by the row of the same id in `bench/rows`, not by a test. */
  readonly by?: "bench";
}

/** What a test run said about one test. */
export interface TestOutcome {
  readonly name: string;
  readonly file: string;
  readonly state: "passed" | "failed" | "skipped";
  /** Why it was skipped, if it said so. */
  readonly note?: string | undefined;
}

/** The judgement over list and run. `problems` empty means that every promise marked done was seen to hold. */
export interface RequirementReport {
  readonly problems: readonly string[];
  readonly excused: readonly string[];
  readonly done: number;
  readonly planned: number;
  readonly cited: number;
}

const citation = /\[req:([^\]]*)\]/g;
const idPattern = /^[a-z0-9]+([.-][a-z0-9]+)*$/;

/** The ids a test title cites; `[req:a, b]` cites two. */
export function citedIds(title: string): string[] {
  return [...title.matchAll(citation)].flatMap((match) => match[1]!.split(",").map((id) => id.trim()));
}

/** Compares the promises with what passed, and with the rows of the bench. */
export function checkRequirements(
  requirements: readonly Requirement[],
  outcomes: readonly TestOutcome[],
  benchIds: readonly string[],
): RequirementReport {
  const problems: string[] = [];
  const byId = new Map<string, Requirement>();
  for (const requirement of requirements) {
    if (byId.has(requirement.id)) problems.push(`${requirement.id}: listed twice.`);
    if (!idPattern.test(requirement.id)) problems.push(`${requirement.id}: not a dotted lower-case id.`);
    byId.set(requirement.id, requirement);
  }
  const proven = new Set(benchIds);
  const failed = new Set<string>();
  const skipped = new Map<string, string>();
  for (const outcome of outcomes) {
    for (const id of citedIds(outcome.name)) {
      if (!byId.has(id)) problems.push(`${id}: cited in ${outcome.file} but in no list.`);
      if (outcome.state === "passed") proven.add(id);
      if (outcome.state === "failed") failed.add(id);
      if (outcome.state === "skipped" && outcome.note) skipped.set(id, outcome.note);
    }
  }
  const excused: string[] = [];
  for (const { id, state, by } of byId.values()) {
    if (state === "planned" && proven.has(id) && by !== "bench") {
      problems.push(`${id}: planned, but a test that cites it passes. Mark it done.`);
    }
    if (state === "planned" || proven.has(id) || failed.has(id)) continue;
    const note = skipped.get(id);
    if (note) excused.push(`${id}: its tests were skipped: ${note}`);
    else
      problems.push(
        `${id}: done, but ${by === "bench" ? "no bench row has this id" : "no passing test cites it"}.`,
      );
  }
  const done = [...byId.values()].filter((requirement) => requirement.state === "done");
  return {
    problems: [...new Set(problems)],
    excused,
    done: done.length,
    planned: byId.size - done.length,
    cited: done.filter((requirement) => proven.has(requirement.id)).length,
  };
}
