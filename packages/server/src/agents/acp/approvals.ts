import {
  RequestError,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
} from "@agentclientprotocol/sdk";
import type { AgentAction, AgentItem, AgentTurn, ApprovalAnswer } from "../port.ts";
import type { Emit } from "../turn-frame.ts";
import { ToolReport } from "./lines.ts";
import type { UpdateReader } from "./updates.ts";
import { actionOf } from "./words.ts";

interface ApprovalsDeps {
  readonly turn: AgentTurn;
  readonly emit: Emit;
  readonly updates: UpdateReader;
}

/**
 * Asks for leave before an agent does something, and records the answer. What was allowed in a permission request is
 * not asked again when the agent then has the editor do exactly that.
 */
export class Approvals {
  readonly #deps: ApprovalsDeps;
  /** What was allowed and is not done yet, word by word. */
  readonly #allowed: string[] = [];
  #count = 0;
  #refused = 0;

  constructor(deps: ApprovalsDeps) {
    this.#deps = deps;
  }

  /** How often leave was refused. */
  get refused(): number {
    return this.#refused;
  }

  /** Answers `session/request_permission`. Leave is given for once only, whatever else the agent offers. */
  async permission(request: RequestPermissionRequest): Promise<RequestPermissionResponse> {
    const report = this.#deps.updates.tool(ToolReport.parse(request.toolCall));
    const action = actionOf(report);
    const answer = await this.ask(action);
    const kinds = answer.decision === "allow" ? ["allow_once"] : ["reject_once", "reject_always"];
    const chosen = kinds.map((kind) => request.options.find((option) => option.kind === kind)).find(Boolean);
    if (this.#deps.turn.signal.aborted || chosen === undefined) return { outcome: { outcome: "cancelled" } };
    if (answer.decision === "allow") this.#remember(report, action);
    return { outcome: { outcome: "selected", optionId: chosen.optionId } };
  }

  /** Refuses what is not allowed, as an error the agent can read. `exactly` is what a permission was asked for. */
  async require(action: AgentAction, exactly: string): Promise<void> {
    const known = this.#allowed.indexOf(exactly);
    if (known >= 0) {
      this.#allowed.splice(known, 1);
      return;
    }
    const { decision, reason } = await this.ask(action);
    if (decision !== "allow") throw new RequestError(-32000, `Refused: ${reason}`);
  }

  /** Asks, and records the answer as an item. A question that cannot be answered is refused. */
  async ask(action: AgentAction): Promise<ApprovalAnswer> {
    const answer = await this.#deps.turn.approve(action).catch((error: unknown) => ({
      decision: "deny" as const,
      reason: `The question could not be answered: ${error instanceof Error ? error.message : String(error)}`,
    }));
    const { decision, reason } = answer;
    this.#count += 1;
    if (decision === "deny") this.#refused += 1;
    const [path] = action.paths;
    const what = { name: action.tool, command: action.command, path, text: action.summary };
    const item: AgentItem = { id: `approval-${this.#count}`, kind: "approval", ...what, decision, reason };
    this.#deps.emit({ type: "item", phase: "completed", item });
    return answer;
  }

  #remember(report: ToolReport, action: AgentAction): void {
    if (action.kind === "run" && action.command !== undefined) this.#allowed.push(runWords(action.command));
    for (const { type, path, newText } of report.content ?? [])
      if (type === "diff" && path !== undefined && newText !== undefined)
        this.#allowed.push(writeWords(path, newText));
  }
}

/** Names the writing of exactly this content. */
export function writeWords(path: string, content: string): string {
  return `write\0${path}\0${content}`;
}

/** Names the running of exactly this command. */
export function runWords(command: string): string {
  return `run\0${command}`;
}
