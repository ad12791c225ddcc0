import {
  type AgentContext,
  methods,
  type PermissionOption,
  type RequestPermissionRequest,
  type ToolKind,
} from "@agentclientprotocol/sdk";
import type { Approval, Params } from "@harness/protocol";
import type { Client } from "../connection.ts";
import { hasCode } from "../failure.ts";

const KINDS: Readonly<Record<Approval["kind"], ToolKind>> = {
  read: "read",
  write: "edit",
  run: "execute",
  network: "fetch",
  tool_call: "other",
  question: "think",
  protected_change: "edit",
};

type Answer = Pick<Params<"approval/respond">, "decision" | "scope" | "reason" | "answers">;

const DECISIONS: Readonly<Record<string, Answer>> = {
  once: { decision: "allow", scope: "once" },
  attempt: { decision: "allow", scope: "attempt" },
  always: { decision: "allow", scope: "always" },
  deny: { decision: "deny", reason: "Denied in the editor." },
};

const OPTIONS: readonly PermissionOption[] = [
  { optionId: "once", name: "Allow once", kind: "allow_once" },
  { optionId: "attempt", name: "Allow in this attempt", kind: "allow_always" },
  { optionId: "always", name: "Always allow in this project", kind: "allow_always" },
  { optionId: "deny", name: "Deny", kind: "reject_once" },
];

interface PermissionsDeps {
  readonly editor: AgentContext;
  readonly client: Client;
  readonly sessionId: string;
  /** Told of a question an editor has no dialog for, and of an answer that did not count. */
  readonly say: (text: string) => Promise<void>;
}

/** Puts the questions of a task's agents before the person at the editor, and sends the answers. */
export class Permissions {
  readonly #deps: PermissionsDeps;
  readonly #open = new Map<string, AbortController>();

  constructor(deps: PermissionsDeps) {
    this.#deps = deps;
  }

  /** Asks. Resolves at once: the task's other news must not wait for a person. */
  ask(approval: Approval): void {
    if (this.#open.has(approval.id)) return;
    const stop = new AbortController();
    this.#open.set(approval.id, stop);
    void this.#ask(approval, stop.signal)
      .catch((error: unknown) => this.#failed(approval, error, stop.signal))
      .finally(() => this.#open.delete(approval.id));
  }

  /** Somebody else answered: the dialog is taken back. */
  decided(approval_id: string): void {
    this.#open.get(approval_id)?.abort();
  }

  /** Takes every dialog back; the questions stay open at the server. */
  close(): void {
    for (const stop of this.#open.values()) stop.abort();
  }

  async #ask(approval: Approval, signal: AbortSignal): Promise<void> {
    const { editor, client, sessionId, say } = this.#deps;
    const request = requestOf(approval, sessionId);
    if (request === undefined) return say(asText(approval));
    const { outcome } = await editor.request(methods.client.session.requestPermission, request, {
      cancellationSignal: signal,
    });
    if (outcome.outcome !== "selected" || signal.aborted) return;
    const answer = answerOf(approval, outcome.optionId);
    if (answer === undefined) return say(asText(approval));
    const { id: approval_id, action_hash } = approval;
    await client.call("approval/respond", { approval_id, action_hash, ...answer });
  }

  async #failed(approval: Approval, error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted || hasCode(error, "approval_decided")) return;
    const why = error instanceof Error ? error.message : String(error);
    await this.#deps.say(`${asText(approval)}\n(${why})`).catch(() => undefined);
  }
}

/** The dialog of an approval; undefined for questions that need free words. */
function requestOf(approval: Approval, sessionId: string): RequestPermissionRequest | undefined {
  const { id, kind, summary, command, paths, input, why, questions } = approval;
  const [question] = questions;
  if (
    kind === "question" &&
    (questions.length !== 1 || question === undefined || question.options.length === 0)
  )
    return undefined;
  const text = question?.text ?? [command, ...paths, `Asked because: ${why}`].filter(Boolean).join("\n");
  const choices = question?.options.map(
    (name, index): PermissionOption => ({ optionId: `answer-${index}`, name, kind: "allow_once" }),
  );
  return {
    sessionId,
    options: choices ?? [...OPTIONS],
    toolCall: {
      toolCallId: id,
      title: summary,
      kind: KINDS[kind],
      status: "pending",
      rawInput: command === null ? input : { command, input },
      locations: paths.map((path) => ({ path })),
      content: [{ type: "content", content: { type: "text", text } }],
    },
  };
}

function answerOf({ questions }: Approval, option: string): Answer | undefined {
  const [question] = questions;
  if (question === undefined) return DECISIONS[option];
  const chosen = question.options[Number(/^answer-(\d+)$/.exec(option)?.[1] ?? -1)];
  return chosen === undefined ? undefined : { decision: "answer", answers: { [question.id]: chosen } };
}

function asText({ id, summary, questions }: Approval): string {
  const asked = questions.map(({ text }) => `- ${text}`);
  return [`The agent asks: ${summary}`, ...asked, `Answer it: \`harness approval respond ${id}\``].join("\n");
}
