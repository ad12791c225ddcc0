import { z } from "zod";
import type { AgentItem, AgentQuestion, AgentTurn, ApprovalAnswer } from "../../port.ts";
import type { Emit } from "../../turn-frame.ts";
import { type Approval, approvalOf } from "./approvals.ts";
import type { RequestId, ThreadItem } from "./messages.ts";
import type { AppServerRpc } from "./rpc.ts";

const Questions = z.looseObject({
  questions: z.array(
    z.looseObject({
      id: z.string(),
      header: z.string().optional(),
      question: z.string(),
      isSecret: z.boolean().optional(),
      options: z.array(z.looseObject({ label: z.string() })).nullish(),
    }),
  ),
});

interface RequestDeps {
  readonly turn: AgentTurn;
  readonly emit: Emit;
  readonly rpc: AppServerRpc;
  /** An item of the turn that has begun. */
  readonly itemOf: (id: string) => ThreadItem | undefined;
  /** Tells the agent something before its next step. */
  readonly tell: (text: string) => Promise<void>;
}

/**
 * Answers what the app-server asks while a turn runs: for leave, from the turn's `approve`; a person, through its
 * `ask`. Everything else is refused. An answer may take as long as a person takes; it never rejects.
 */
export class AppServerRequests {
  readonly #deps: RequestDeps;

  constructor(deps: RequestDeps) {
    this.#deps = deps;
  }

  async onRequest(id: RequestId, method: string, params: unknown): Promise<void> {
    const { rpc, turn, itemOf } = this.#deps;
    try {
      if (method === "item/tool/requestUserInput") return rpc.answer(id, await this.#ask(params));
      if (method === "mcpServer/elicitation/request")
        return rpc.answer(id, { action: "decline", content: null, _meta: null });
      const approval = approvalOf(method, params, { workspace: turn.workspace, itemOf });
      if (approval === undefined) return rpc.refuse(id, method);
      rpc.answer(id, await this.#approve(id, approval));
    } catch (error) {
      this.#deps.emit({
        type: "warning",
        message: `Codex asked ${method} in a way nobody can answer: ${error}`,
      });
      rpc.refuse(id, method);
    }
  }

  async #approve(id: RequestId, { action, allowed, denied }: Approval): Promise<object> {
    const { decision, reason } = await this.#decide({ action, allowed, denied });
    const [path] = action.paths;
    const what = { name: action.tool, command: action.command, path, text: action.summary };
    const item: AgentItem = { id: `approval:${id}`, kind: "approval", ...what, decision, reason };
    this.#deps.emit({ type: "item", phase: "completed", item });
    if (decision === "allow") return allowed;
    // The refusal itself has no room for a reason.
    await this.#deps.tell(`<permissions>\nDeclined: ${action.summary}\nReason: ${reason}\n</permissions>`);
    return denied;
  }

  async #decide({ action }: Approval): Promise<ApprovalAnswer> {
    const { turn } = this.#deps;
    const deny = (reason: string) => ({ decision: "deny", reason }) as const;
    if (action.kind === "write" && turn.access === "read-only") return deny("This turn may only read.");
    if (action.kind === "write" && action.paths.length === 0)
      return deny("It does not say which files it wants to write.");
    return turn.approve(action).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      return deny(`The question could not be answered: ${why}`);
    });
  }

  /** Secrets are not asked for: what a person answers is written down. */
  async #ask(params: unknown): Promise<object> {
    const { questions } = Questions.parse(params);
    const open = questions.filter(({ isSecret }) => isSecret !== true).map(questionOf);
    const answers = open.length === 0 ? undefined : await this.#deps.turn.ask?.(open);
    const given = Object.entries(answers ?? {}).filter(([id]) => open.some((one) => one.id === id));
    return { answers: Object.fromEntries(given.map(([id, text]) => [id, { answers: [text] }])) };
  }
}

function questionOf(asked: z.infer<typeof Questions>["questions"][number]): AgentQuestion {
  const text = asked.header ? `${asked.header}: ${asked.question}` : asked.question;
  return { id: asked.id, text, options: (asked.options ?? []).map(({ label }) => label) };
}
