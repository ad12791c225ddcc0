import { type Approval, type Clock, callAt, type Event, type NewId } from "@harness/protocol";
import { type AgentAction, type AgentQuestion, type ApprovalAnswer, shortened } from "../agents/index.ts";
import {
  type Asked,
  consumeAnswer,
  getApproval,
  openApproval,
  ruleFor,
  takeAnswer,
} from "../approvals/index.ts";
import type { Config } from "../config/index.ts";
import type { EventLog } from "../events/index.ts";
import type { HookDecision, Hooks } from "../hooks/index.ts";
import type { Policy, RuleMatch } from "../policy/index.ts";
import type { Storage } from "../storage/index.ts";
import type { Failpoint } from "./drive-turn.ts";
import { canAsk, policyAction, policyPlace, profileOf, retriesOf } from "./policy-place.ts";
import { hookAbout } from "./turn-hooks.ts";
import type { TurnPlace } from "./turn-place.ts";

/** What asking a person needs. */
export interface ApproverDeps {
  readonly log: EventLog;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly config: Pick<Config, "approvals" | "exec_policy">;
  readonly policy: Pick<Policy, "judge">;
  readonly hooks: Pick<Hooks, "decide">;
  readonly failpoint: Failpoint;
}

/** An answer with what gave it, for the record. */
export interface Judged extends ApprovalAnswer {
  /** Rules and settings, a hook, or an answer of a person, which is recorded by itself too. */
  readonly by: "policy" | "hook" | "answer";
  /** The rule that decided, or wanted a person asked. */
  readonly rule: RuleMatch | null;
}

/**
 * Answers the questions of running agents: by policy, by a hook of the operator, by a rule or an answer a person gave
 * before, or by asking a person now. A question is a row bound to the hash of what it asks; it outlives the process
 * that asked.
 *
 *   policy says no → deny · hook PreToolUse says no → deny · nobody has to be asked → allow
 *   rule, answer for the attempt, answer not told yet → that · hook PermissionRequest answers → that
 *   else pending → answered: told once · hold time over: the turn is parked · expired: as approvals.on_expiry says
 */
export class Approver implements Disposable {
  readonly #deps: ApproverDeps;
  readonly #waiting = new Map<string, Set<() => void>>();
  /** Parks each turn that waits for a person now. */
  readonly #held = new Set<() => void>();
  #parking = false;
  readonly #unlisten: () => void;

  constructor(deps: ApproverDeps) {
    this.#deps = deps;
    this.#unlisten = deps.log.listen((events) => {
      for (const event of events) this.#heard(event);
    });
  }

  [Symbol.dispose](): void {
    this.#unlisten();
  }

  /** Parks every turn that waits for a person, now and from now on: a server that stops waits for nobody. */
  parkAll(): void {
    this.#parking = true;
    for (const park of [...this.#held]) park();
  }

  /** Whether an agent may do this. Takes as long as a person takes. */
  async judge(place: TurnPlace, action: AgentAction): Promise<Judged> {
    const profile = profileOf(place, this.#deps.config);
    const at = policyPlace(this.#deps.config, place, action);
    const judgement = await this.#deps.policy.judge(policyAction(action), at);
    const { rule } = judgement;
    const policy = (decision: "allow" | "deny", reason: string): Judged => ({
      decision,
      reason,
      by: "policy",
      rule,
    });
    if (judgement.decision === "forbidden") return policy("deny", judgement.reason);
    const hook = await this.#hook("PreToolUse", place, action);
    if (hook?.decision === "deny") return { decision: "deny", reason: hook.reason, by: "hook", rule: null };
    // A hook spares a person what only the profile would ask, not what a rule wants asked.
    const spared = hook?.decision === "allow" && rule === null && profile !== "strict";
    if (hook?.decision !== "ask" && (judgement.decision === "allow" || spared))
      return spared
        ? { decision: "allow", reason: hook.reason, by: "hook", rule }
        : { ...policy("allow", judgement.reason), ...retriesOf(this.#deps.config, judgement, action) };
    const why = hook?.decision === "ask" ? hook.reason : judgement.reason;
    if (!canAsk(place)) return policy("deny", `${why}, and nobody can be asked here`);
    return { ...(await this.#leave(place, action, { why, remembers: profile !== "strict" })), rule };
  }

  /** What a rule or an answer of a person says, given before or now; or a hook in a person's place. */
  async #leave(
    place: TurnPlace,
    action: AgentAction,
    how: { readonly why: string; readonly remembers: boolean },
  ): Promise<Omit<Judged, "rule">> {
    const asked: Asked = {
      kind: action.kind,
      tool: action.tool,
      command: action.command ?? null,
      paths: action.paths,
      input: action.input,
      questions: [],
    };
    const known = await place.write("approval", async (tx) => {
      const rule = how.remembers ? await ruleFor(tx, place.by.project_id, asked) : undefined;
      if (rule)
        return { decision: "allow" as const, reason: `allowed always by ${rule.created_by} (${rule.id})` };
      const taken = await takeAnswer(tx, place.by, asked);
      return taken && answerOf(taken);
    });
    if (known) return { ...known, by: "answer" };
    const hook = await this.#hook("PermissionRequest", place, action);
    if (hook && hook.decision !== "ask") return { decision: hook.decision, reason: hook.reason, by: "hook" };
    const answered = await this.#ask(place, asked, { summary: summaryOf(action), why: how.why });
    return answered
      ? { ...answerOf(answered), by: "answer" }
      : { decision: "deny", reason: "the turn ended before a person answered", by: "answer" };
  }

  async #hook(
    event: "PreToolUse" | "PermissionRequest",
    place: TurnPlace,
    action: AgentAction,
  ): Promise<HookDecision | undefined> {
    const { kind, tool, command, paths, input } = action;
    const tool_input = input ?? { command, paths };
    const message = { event, about: hookAbout(place), tool: { name: tool, kind } };
    return this.#deps.hooks.decide({ ...message, fields: { tool_input, command, paths } }, place.signal);
  }

  /** What a person answers to an agent's questions; undefined when nobody did. */
  async question(
    place: TurnPlace,
    questions: readonly AgentQuestion[],
  ): Promise<Readonly<Record<string, string>> | undefined> {
    const asked: Asked = {
      kind: "question",
      tool: "question",
      command: null,
      paths: [],
      input: null,
      questions: questions.slice(0, 20).map(({ id, text, options }) => ({
        id,
        text: shortened(text, 4096),
        options: options.slice(0, 20).map((one) => shortened(one, 1000)),
      })),
    };
    const taken = await place.write("approval", (tx) => takeAnswer(tx, place.by, asked));
    const summary = shortened(questions.map(({ text }) => text).join(" "), 1000);
    const answered = taken ?? (await this.#ask(place, asked, { summary, why: "the agent wants to know" }));
    return answered?.answers ?? undefined;
  }

  /** Puts a question and waits for its answer; undefined when the turn was stopped or parked meanwhile. */
  async #ask(
    place: TurnPlace,
    asked: Asked,
    how: { readonly summary: string; readonly why: string },
  ): Promise<Approval | undefined> {
    const { expires_secs, on_expiry } = this.#deps.config.approvals;
    const approval = await place.write("approval", (tx) =>
      openApproval(
        tx,
        place.by,
        asked,
        {
          ...how,
          on_expiry: place.approvals.on_expiry ?? on_expiry,
          expires_ms: (place.approvals.expires_secs ?? expires_secs) * 1000,
        },
        this.#deps.newId,
      ),
    );
    await this.#deps.failpoint("K7");
    if ((await this.#answered(place, approval)) === "gone") return undefined;
    await this.#deps.failpoint("K8");
    return place.write("approval", (tx) => consumeAnswer(tx, approval.id));
  }

  async #answered(place: TurnPlace, approval: Approval): Promise<"decided" | "gone"> {
    const { clock, config, storage } = this.#deps;
    if (place.signal.aborted) return "gone";
    const decided = Promise.withResolvers<"decided" | "gone">();
    const tell = () => decided.resolve("decided");
    const stop = () => decided.resolve("gone");
    const told = this.#waiting.get(approval.id) ?? new Set();
    this.#waiting.set(approval.id, told.add(tell));
    place.signal.addEventListener("abort", stop, { once: true });
    const park = () => place.park(approval);
    const forget = callAt(clock, clock.now() + config.approvals.hold_secs * 1000, park);
    this.#held.add(park);
    if (this.#parking) park();
    try {
      // The answer may have come before anybody waited for it.
      if ((await getApproval(storage.reader, approval.id)).status !== "pending") return "decided";
      return await decided.promise;
    } finally {
      forget();
      this.#held.delete(park);
      place.signal.removeEventListener("abort", stop);
      told.delete(tell);
      if (told.size === 0) this.#waiting.delete(approval.id);
    }
  }

  #heard(event: Event): void {
    if (event.type !== "approval.decided") return;
    for (const tell of this.#waiting.get(event.data.approval_id) ?? []) tell();
  }
}

/** An action in one line. */
export function summaryOf({ command, tool, paths }: AgentAction): string {
  return shortened(command ?? `${tool} ${paths.join(" ")}`.trim(), 4096);
}

function answerOf(approval: Approval): ApprovalAnswer {
  const by = approval.decided_by ?? "nobody";
  if (approval.status === "allowed")
    return { decision: "allow", reason: approval.reason ?? `allowed by ${by}` };
  if (approval.status === "expired")
    return { decision: "deny", reason: "nobody answered in time; do it another way or say what you need" };
  return { decision: "deny", reason: approval.reason ?? `denied by ${by}` };
}
