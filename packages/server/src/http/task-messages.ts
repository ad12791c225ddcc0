import type { Event, TaskSocketBody } from "@harness/protocol";

/** What the log alone does not say of a task. */
export interface TaskAbout {
  readonly goal: string;
  readonly startedAt: number | null;
  /** Modules of its plan that are complete; null without a plan. */
  readonly modulesComplete: number | null;
}

/** The message of `/ws/{task_id}` that tells an event: seed 3's names. Undefined for an event it has no name for. */
export async function taskMessage(
  event: Event,
  about: () => Promise<TaskAbout>,
): Promise<TaskSocketBody | undefined> {
  switch (event.type) {
    case "attempt.started":
      return {
        type: "TASK_STARTED",
        data: { goal: (await about()).goal, attempt: event.data.number },
      };
    case "task.ended":
      return endMessage(event.data, Date.parse(event.at), await about());
    default:
      return plainMessage(event);
  }
}

function plainMessage(event: Event): TaskSocketBody | undefined {
  switch (event.type) {
    case "requirements.completed":
      return { type: "REQUIREMENTS_COMPLETE", data: event.data };
    case "stage.started":
      if (event.data.stage === "plan") return { type: "PLANNING_STARTED", data: {} };
      if (event.data.stage !== "implement") return undefined;
      return { type: "GENERATION_STARTED", data: { round: event.data.round } };
    case "plan.completed": {
      const { modules, estimated_iterations } = event.data;
      return {
        type: "PLANNING_COMPLETE",
        data: { modules, module_count: modules.length, estimated_iterations },
      };
    }
    case "snapshot.taken":
      return {
        type: "GENERATION_COMPLETE",
        data: { commit: event.data.commit, files: event.data.files },
      };
    case "module.started":
      return { type: "MODULE_STARTED", data: { module: event.data.module } };
    case "module.iterated": {
      const { module, iteration, test_pass_rate, quality_score } = event.data;
      return { type: "MODULE_ITERATION", data: { module, iteration, test_pass_rate, quality_score } };
    }
    case "module.completed": {
      const { module, iterations, test_pass_rate, quality_score } = event.data;
      return { type: "MODULE_COMPLETE", data: { module, iterations, test_pass_rate, quality_score } };
    }
    case "evidence.recorded": {
      const { passed, name, commit, counts } = event.data.evidence;
      if (!passed) return undefined;
      return { type: "TEST_PASSED", data: { name, commit, test_count: counts?.passed ?? null } };
    }
    case "task.waiting":
      return { type: "TASK_WAITING", data: event.data };
    case "task.intervened":
      return { type: "INTERVENTION", data: event.data };
    case "task.intervention_delivered":
      return { type: "INTERVENTION_DELIVERED", data: event.data };
    case "turn.ended":
      return event.data.failure ? { type: "ERROR", data: event.data.failure } : undefined;
    default:
      return undefined;
  }
}

function endMessage(
  { status, error }: Extract<Event, { type: "task.ended" }>["data"],
  endedAt: number,
  { startedAt, modulesComplete }: TaskAbout,
): TaskSocketBody {
  if (status !== "done" && status !== "no_change")
    return { type: "TASK_FAILED", data: { status, error: error?.message ?? status } };
  const took = startedAt === null ? null : Math.max(0, endedAt - startedAt);
  return {
    type: "TASK_COMPLETE",
    data: {
      status,
      total_time: took === null ? null : minutes(took),
      total_time_ms: took,
      modules_generated: modulesComplete,
    },
  };
}

/** A span as seed 3 writes it: `3m 45s`. */
function minutes(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}
