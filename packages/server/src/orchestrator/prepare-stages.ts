import { TaskPlan } from "@harness/protocol";
import { z } from "zod";
import type { Agent } from "../agents/index.ts";
import { interventionsOf, savePlan, scopeOf, writeAs } from "../tasks/index.ts";
import { planAnswerSchema, readPlan } from "./plan-answer.ts";
import { parseTriage, planPrompt, triagePrompt } from "./prompts.ts";
import { failWith, nonce, type Run, type StageResult, stage } from "./run.ts";
import { requirementsOf, wordsOf } from "./task-words.ts";
import { runTurn } from "./turn.ts";

const Prepared = z.object({ plan: z.null(), assessment: z.string(), decision: z.string() });

interface Desk {
  readonly implementer: Agent;
  readonly model: string | null;
  readonly path: string;
}

/**
 * Triage and plan, for a task that asked for them with `skip_triage: false`; a task whose questions were answered is
 * planned without triage, unless that is true. A person who revises work has judged it.
 */
export async function prepareStages(run: Run, desk: Desk): Promise<StageResult<{ plan: TaskPlan | null }>> {
  // Who answers without a model judges and plans nothing, and a script does not either.
  if (["deterministic", "scripted"].includes(desk.implementer.kind))
    return { ok: true, value: { plan: null } };
  const { skip_triage, force_execute, answers } = run.task.request;
  const requirements = requirementsOf(answers);
  const planned = requirements !== undefined && skip_triage !== true;
  if (run.task.revisions > 0 || (skip_triage !== false && !planned))
    return { ok: true, value: { plan: null } };
  if (requirements && !run.inherited.has("plan/0"))
    await writeAs(run.deps.log, run.attempt, "requirements", (tx, task) =>
      tx.append({ ...scopeOf(task, run.attempt.id), type: "requirements.completed", data: requirements }),
    );
  if (skip_triage !== false) return plan(run, desk, null);
  const triage = await judge(run, desk);
  if (!triage.ok) return triage;
  const { decision, assessment } = triage.value;
  if (decision === "SKIP" && !force_execute)
    return {
      ok: false,
      end: { type: "no_change", why: "Triage advises not to do it; force_execute overrules." },
    };
  if (decision !== "PROCEED_WITH_PLAN" && !planned) return { ok: true, value: { plan: null } };
  return plan(run, desk, assessment);
}

async function judge(run: Run, desk: Desk): Promise<StageResult<z.infer<typeof Prepared>>> {
  return stage(
    run,
    "triage",
    0,
    async () => {
      const prompt = triagePrompt(await briefOf(run));
      const done = await runTurn(run, { ...turnOf(desk), role: "triage", phase: "triage", prompt });
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
}

async function plan(
  run: Run,
  desk: Desk,
  assessment: string | null,
): Promise<StageResult<{ plan: TaskPlan | null }>> {
  const made = await stage(
    run,
    "plan",
    0,
    async () => {
      const done = await runTurn(run, {
        ...turnOf(desk),
        role: "planner",
        phase: "plan",
        prompt: planPrompt({ ...(await briefOf(run)), assessment }),
        output_schema: planAnswerSchema,
      });
      if (!done.ok) return done;
      const value = readPlan(done.value.final_text);
      await writeAs(run.deps.log, run.attempt, "plan", (tx, task) =>
        savePlan(tx, task, run.attempt.id, value),
      );
      const { length } = value.modules;
      return { ok: true, value, detail: length === 0 ? "plain text" : `${length} modules` };
    },
    TaskPlan,
  );
  return made.ok ? { ok: true, value: { plan: made.value } } : made;
}

async function briefOf(run: Run) {
  const guidance = await interventionsOf(run.deps.storage.reader, run.task.id);
  return { title: run.task.title, prompt: wordsOf(run.task.request), guidance, nonce: nonce() };
}

function turnOf({ implementer, model, path }: Desk) {
  return {
    round: 0,
    agent: implementer,
    model,
    workspace: path,
    access: "read-only",
    resume: false,
  } as const;
}
