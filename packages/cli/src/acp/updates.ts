import type { SessionUpdate, ToolCallContent, ToolKind } from "@agentclientprotocol/sdk";
import type { Event, EventOf, Item } from "@harness/protocol";
import { StagePlan } from "./plan.ts";

/** Shows an editor one thing that happened. */
export type Send = (update: SessionUpdate) => Promise<void>;

const KINDS: Partial<Record<Item["kind"], ToolKind>> = {
  command: "execute",
  file_change: "edit",
  tool_call: "other",
};

/** Shows an editor what happens to a task: stages as a plan, deeds and evidence as tool calls, words as messages. */
export class TaskUpdates {
  readonly #send: Send;
  readonly #plan = new StagePlan();
  /** Turns whose words are meant for a person; a reviewer's are shown as its verdict. */
  readonly #spoken = new Set<string>();
  readonly #open = new Set<string>();
  /** Whether the newest message of the turn came in pieces already. */
  #in_pieces = false;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Words of Harness itself. */
  say(text: string): Promise<void> {
    return this.#send(words("agent_message_chunk", `${text}\n\n`));
  }

  /** Words a person said, when a session is shown again. */
  asked(text: string): Promise<void> {
    return this.#send(words("user_message_chunk", text));
  }

  async take(event: Event): Promise<void> {
    switch (event.type) {
      case "task.queued":
        this.#plan.begin();
        return this.#showPlan();
      case "stage.started":
        this.#plan.started(event.data);
        return this.#showPlan();
      case "stage.ended":
        this.#plan.ended(event.data);
        return this.#showPlan();
      case "turn.started":
        return this.#turn(event);
      case "message.delta":
        if (!this.#isSpoken(event)) return;
        this.#in_pieces = true;
        return this.#send(words("agent_message_chunk", event.data.text));
      case "item.started":
        return this.#started(event, event.data.item);
      case "item.completed":
        return this.#completed(event, event.data.item);
      default:
        return this.#ofHarness(event);
    }
  }

  /** What Harness itself did and found. */
  async #ofHarness(event: Event): Promise<void> {
    switch (event.type) {
      case "evidence.recorded":
        return this.#evidence(event.data.evidence);
      case "review.completed":
        return this.say(reviewWords(event.data.review));
      case "task.waiting":
        return this.say(waitWords(event.data.block_reason));
      case "task.ended":
        return event.data.error === null
          ? undefined
          : this.say(`${event.data.error.message} (${event.data.error.code})`);
      case "turn.warning":
        return this.#send(words("agent_thought_chunk", `${event.data.message}\n`));
      case "turn.ended":
        this.#in_pieces = false;
        return event.data.failure === null
          ? undefined
          : this.say(`The turn failed: ${event.data.failure.message}`);
      default:
        return;
    }
  }

  #showPlan(): Promise<void> {
    return this.#send({ sessionUpdate: "plan", entries: this.#plan.entries });
  }

  async #turn({ turn_id, data }: EventOf<"turn.started">): Promise<void> {
    if (turn_id !== null && data.role !== "reviewer") this.#spoken.add(turn_id);
    this.#in_pieces = false;
    const who = [data.agent, data.model].filter(Boolean).join(" / ");
    await this.#send(words("agent_thought_chunk", `${data.role}: ${who}\n`));
  }

  async #started(event: Event, item: Item): Promise<void> {
    const kind = KINDS[item.kind];
    if (kind === undefined) return;
    const toolCallId = callId(event, item);
    this.#open.add(toolCallId);
    await this.#send({ sessionUpdate: "tool_call", toolCallId, status: "in_progress", kind, ...shown(item) });
  }

  async #completed(event: Event, item: Item): Promise<void> {
    const kind = KINDS[item.kind];
    if (kind !== undefined) {
      const toolCallId = callId(event, item);
      const failed = item.exit_code != null && item.exit_code !== 0;
      const status = failed ? ("failed" as const) : ("completed" as const);
      const content = textContent(item.output ?? "");
      const body = { toolCallId, status, kind, content, ...shown(item) };
      await this.#send(
        this.#open.delete(toolCallId)
          ? { sessionUpdate: "tool_call_update", ...body }
          : { sessionUpdate: "tool_call", ...body },
      );
    } else if (item.kind === "message" && item.role === "user") await this.asked(item.text ?? "");
    else if (item.kind === "message" && this.#isSpoken(event)) {
      await this.#send(words("agent_message_chunk", this.#in_pieces ? "\n\n" : `${item.text ?? ""}\n\n`));
      this.#in_pieces = false;
    } else if (item.kind === "reasoning")
      await this.#send(words("agent_thought_chunk", `${item.text ?? ""}\n`));
  }

  async #evidence(evidence: EventOf<"evidence.recorded">["data"]["evidence"]): Promise<void> {
    const { id, name, command, exit_code, commit, counts, passed, reason, output_sha256 } = evidence;
    const ended = exit_code === null ? reason : `exit code ${exit_code}`;
    const tests = counts === null ? "" : `, ${counts.passed} passed, ${counts.failed} failed`;
    await this.#send({
      sessionUpdate: "tool_call",
      toolCallId: id,
      title: `${name}: ${command.join(" ")}`,
      kind: "execute",
      status: passed ? "completed" : "failed",
      rawInput: { command, commit },
      rawOutput: { exit_code, output_sha256, trust: "verified" },
      content: textContent(`Verified by Harness on ${commit.slice(0, 12)}: ${ended}${tests}.`),
    });
  }

  #isSpoken({ turn_id }: Event): boolean {
    return turn_id !== null && this.#spoken.has(turn_id);
  }
}

/** A piece of text as an update. */
export function words(
  sessionUpdate: "agent_message_chunk" | "agent_thought_chunk" | "user_message_chunk",
  text: string,
): SessionUpdate {
  return { sessionUpdate, content: { type: "text", text } };
}

function callId({ turn_id }: Event, item: Item): string {
  return `${turn_id ?? "turn"}/${item.id}`;
}

function shown(item: Item): { title: string; rawInput?: unknown; locations?: { path: string }[] } {
  const locations = item.path === undefined ? {} : { locations: [{ path: item.path }] };
  if (item.kind === "command")
    return { title: item.command ?? "command", rawInput: { command: item.command } };
  if (item.kind === "file_change") return { title: `Edit ${item.path ?? "files"}`, ...locations };
  return {
    title: [item.name ?? "tool", item.text].filter(Boolean).join(": "),
    rawInput: item.input,
    ...locations,
  };
}

function textContent(text: string): ToolCallContent[] {
  return text === "" ? [] : [{ type: "content", content: { type: "text", text } }];
}

function reviewWords(review: EventOf<"review.completed">["data"]["review"]): string {
  const findings = review.findings.map(
    ({ severity, file, line, title, scenario }) => `- ${severity}: ${file}:${line} ${title}. ${scenario}`,
  );
  return [`Review by ${review.agent}: ${review.verdict}. ${review.summary}`, ...findings].join("\n");
}

/** Why a task waits, and what ends the wait. */
export function waitWords(block: EventOf<"task.waiting">["data"]["block_reason"]): string {
  const commands = block.unblock.map((command) => `- \`${command}\``);
  const until = block.until == null ? [] : [`It goes on by itself at ${block.until}.`];
  const how = commands.length === 0 ? [] : ["What ends the wait:", ...commands];
  return [`The task waits: ${block.message} (${block.code})`, ...until, ...how].join("\n");
}
