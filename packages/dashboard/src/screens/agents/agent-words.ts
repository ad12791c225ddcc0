import type { AgentState } from "@harness/protocol";
import type { Tone } from "../../ui/index.ts";

/** How an agent stands, in a word, with what the colour says. */
export interface AgentStanding {
  readonly word: string;
  readonly tone: Tone;
}

/** Whether an agent can be given work now. */
export function agentStanding({
  installed,
  logged_in,
  problem,
  account,
  running,
}: AgentState): AgentStanding {
  if (account.state === "stopped") return { word: "stopped: needs you", tone: "answer" };
  if (!installed) return { word: "not installed", tone: "plain" };
  if (logged_in === false) return { word: "not logged in", tone: "plain" };
  if (problem !== null) return { word: "cannot be used", tone: "broken" };
  if (account.state === "parked") return { word: "parked", tone: "review" };
  if (account.state === "probing") return { word: "tried again now", tone: "review" };
  if (running.length > 0) return { word: `working on ${running.length}`, tone: "working" };
  return { word: "ready", tone: "done" };
}
