import type { ModelMessage } from "ai";
import type { FramedTurn } from "../framed-turn.ts";
import type { AgentItem, AgentTurn } from "../port.ts";
import type { Emit } from "../turn-frame.ts";
import { unlessAborted } from "../unless-aborted.ts";
import { waysOut } from "../ways-out.ts";
import { ASK_PERSON } from "./ask-person.ts";
import type { TurnLimits } from "./limits.ts";
import type { RequestedCall } from "./model-step.ts";
import type { ScopedRules } from "./scoped-rules.ts";
import { type BoundTool, ToolAnswer, type ToolContext } from "./tools.ts";

interface ToolCallsDeps {
  readonly turn: FramedTurn;
  readonly emit: Emit;
  readonly context: ToolContext;
  readonly tools: Readonly<Record<string, BoundTool>>;
  readonly rules: ScopedRules;
  readonly limits: TurnLimits;
}

/** Does what the model asks for: checked, allowed, shown, and answered with the rules of the folder it touches. */
export class ToolCalls {
  readonly #deps: ToolCallsDeps;

  constructor(deps: ToolCallsDeps) {
    this.#deps = deps;
  }

  /** One call, and its answer as the model gets it. */
  async perform(call: RequestedCall): Promise<ModelMessage> {
    const { limits } = this.#deps;
    limits.signal.throwIfAborted();
    const answer = await this.#answer(call);
    limits.signal.throwIfAborted();
    limits.touch();
    const output = { type: answer.failed === true ? "error-text" : "text", value: answer.text } as const;
    const result = { type: "tool-result", toolCallId: call.id, toolName: call.name, output } as const;
    return { role: "tool", content: [result] };
  }

  async #answer(call: RequestedCall): Promise<ToolAnswer> {
    const { emit, turn, context, limits, tools } = this.#deps;
    const asked = waysOut(call.input);
    if (asked.length > 0) turn.on_way_out?.(call.name, asked);
    const prepared = tools[call.name]?.prepare(call.input) ?? { invalid: `There is no tool ${call.name}.` };
    if ("invalid" in prepared) return { text: prepared.invalid, failed: true };
    const item: AgentItem = { id: call.id, ...prepared.item };
    const rules = item.path === undefined ? undefined : await this.#deps.rules.forPath(item.path);
    emit({ type: "item", phase: "started", item });
    const leave = prepared.action === undefined ? {} : await this.#leave(call, prepared.action);
    const onText = (text: string) => {
      limits.touch();
      emit({ type: "output_delta", item_id: call.id, text });
    };
    const { signal } = limits;
    const { refusal, retries = 0 } = leave;
    const used = { ...context, turn: { ...turn, signal }, call_id: call.id, onText, retries };
    const run = () => prepared.run(used);
    // Whom a tool asks is recorded by itself.
    const perform = call.name === ASK_PERSON ? run : () => turn.effect(`tool ${call.id}`, ToolAnswer, run);
    const answer = refusal ?? (await perform());
    const { text: output, failed, exit_code } = answer;
    emit({ type: "item", phase: "completed", item: { ...item, output, failed, exit_code } });
    return rules === undefined ? answer : { ...answer, text: `${rules}\n\n${answer.text}` };
  }

  async #leave(
    call: RequestedCall,
    action: Parameters<AgentTurn["approve"]>[0],
  ): Promise<{ readonly refusal?: ToolAnswer; readonly retries?: number }> {
    const { turn, limits, emit } = this.#deps;
    const { decision, reason, retries } = await unlessAborted(turn.approve(action), limits.signal);
    const [path] = action.paths;
    const what = { name: action.tool, command: action.command, path, text: action.summary };
    const item: AgentItem = { id: `approval-${call.id}`, kind: "approval", ...what, decision, reason };
    emit({ type: "item", phase: "completed", item });
    if (decision === "deny") return { refusal: { text: `Refused: ${reason}`, failed: true } };
    return retries === undefined ? {} : { retries };
  }
}
