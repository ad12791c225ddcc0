import { z } from "zod";
import type { Agent } from "../agents/index.ts";
import { parseTriage, planPrompt, triagePrompt } from "./prompts.ts";
import { failWith, nonce, type Run, type StageResult, stage } from "./run.ts";
import { runTurn } from "./turn.ts";

const Prepared = z.object({ plan: z.string().nullable(), assessment: z.string(), decision: z.string() });
const Plan = z.object({ plan: z.string() });

/** Triage and plan, for a task that asked for them with `skip_triage: false`. A person who revises work has judged it. */
export async function prepareStages(
  run: Run,
  bench: { implementer: Agent; model: string | null; path: string },
): Promise<StageResult<{ plan: string | null }>> {
  const { task } = run;
  // Who answers without a model judges and plans nothing.
  if (bench.implementer.kind === "deterministic") return { ok: true, value: { plan: null } };
  if (task.request.skip_triage !== false || task.revisions > 0) return { ok: true, value: { plan: null } };
  const brief = { title: task.title, prompt: task.request.prompt ?? "", nonce: nonce() };
  const turn = {
    round: 0,
    agent: bench.implementer,
    model: bench.model,
    workspace: bench.path,
    access: "read-only" as const,
    resume: false,
  };
  const triage = await stage(
    run,
    "triage",
    0,
    async () => {
      const done = await runTurn(run, {
        ...turn,
        role: "triage",
        phase: "triage",
        prompt: triagePrompt(brief),
      });
      if (!done.ok) return done;
      const parsed = parseTriage(done.value.final_text);
      if (!parsed)
        return failWith("triage_unreadable", "The triage answer does not end with its three lines.", true);
      return {
        ok: true,
        value: { plan: null, assessment: done.value.final_text, decision: parsed.decision },
        detail: `${parsed.decision} ${parsed.reason}`,
      };
    },
    Prepared,
  );
  if (!triage.ok) return triage;
  const { decision, assessment } = triage.value;
  if (decision === "SKIP" && !task.request.force_execute)
    return {
      ok: false,
      end: { type: "no_change", why: "Triage advises not to do it; force_execute overrules." },
    };
  if (decision !== "PROCEED_WITH_PLAN") return { ok: true, value: { plan: null } };
  return stage(
    run,
    "plan",
    0,
    async () => {
      const done = await runTurn(run, {
        ...turn,
        role: "planner",
        phase: "plan",
        prompt: planPrompt({ ...brief, assessment }),
      });
      return done.ok ? { ok: true, value: { plan: done.value.final_text } } : done;
    },
    Plan,
  );
}
