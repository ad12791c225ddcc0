import type { PlanEntry } from "@agentclientprotocol/sdk";
import { type EventOf, type StageName, stageNames } from "@harness/protocol";

/** Stages every task is expected to go through; the others are shown once they begin. */
const EXPECTED: readonly StageName[] = ["implement", "validate", "review", "publish"];
/** Stages that say nothing to a person. */
const LEFT_OUT = new Set<StageName>(["snapshot", "cleanup"]);

/** The stages of a task as an editor's plan: each with its newest round and how it stands. */
export class StagePlan {
  readonly #stages = new Map<StageName, { round: number; status: PlanEntry["status"] }>();

  constructor() {
    this.begin();
  }

  /** The task begins, or begins anew after a revision. */
  begin(): void {
    this.#stages.clear();
    for (const stage of EXPECTED) this.#stages.set(stage, { round: 0, status: "pending" });
  }

  started({ stage, round }: EventOf<"stage.started">["data"]): void {
    if (!LEFT_OUT.has(stage)) this.#stages.set(stage, { round, status: "in_progress" });
  }

  /** A stage that failed comes again in a later round; an editor knows no word for that. */
  ended({ stage, round, outcome }: EventOf<"stage.ended">["data"]): void {
    const done = outcome === "ok" || outcome === "inherited" || outcome === "skipped";
    if (!LEFT_OUT.has(stage)) this.#stages.set(stage, { round, status: done ? "completed" : "pending" });
  }

  get entries(): PlanEntry[] {
    const shown = stageNames.filter((stage) => this.#stages.has(stage));
    return shown.map((stage) => {
      const { round, status } = this.#stages.get(stage) ?? { round: 0, status: "pending" };
      return { content: round > 1 ? `${stage} (round ${round})` : stage, priority: "medium", status };
    });
  }
}
