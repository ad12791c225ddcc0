import { operations, type TurnReplay } from "@harness/protocol";
import type { CommandDefinition } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { checkParams } from "../options.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";

/** Longest text of one side of a difference, outside of `--json`. */
const MAX_CHARS = 300;

/** Plays recorded turns again; fails when something differs. */
export const replayCommand: CommandDefinition = {
  path: "replay",
  summary: operations["attempt/replay"].summary,
  operation: "attempt/replay",
  positionals: [{ param: "attempt_id", doc: "An attempt (att_…), or one turn (turn_…)", required: true }],
  forms: () => [],
  extras: [],
  absent: {},
  notes:
    "Starts no agent and costs nothing. Exit code 1 when something differs, 2 when nothing could be replayed.\n" +
    "`harness task show TASK --json` lists a task's attempts and turns.",
  async run(context, { params }) {
    const id = String(params["attempt_id"]);
    await using connection = await context.connect();
    const { client } = connection;
    const result = id.startsWith("turn_")
      ? await client.call("turn/replay", checkParams("turn/replay", { turn_id: id }, []))
      : await client.call("attempt/replay", checkParams("attempt/replay", params, []));
    if (context.json) context.out.json(result);
    const turns = "turns" in result ? result.turns : [result];
    if (!context.json) for (const turn of turns) showReplay(turn, context.out);
    if (!context.json && turns.length === 0) context.out.line("No turn was begun in it.");
    if (turns.some(({ result }) => result === "different")) return exitCodes.internal;
    return turns.some(({ result }) => result === "same") ? exitCodes.ok : exitCodes.usage;
  },
};

function showReplay(turn: TurnReplay, out: Screen): void {
  const tone = turn.result === "same" ? "green" : turn.result === "different" ? "red" : "yellow";
  const words = { same: "the same", different: "different", not_replayed: "not replayed" }[turn.result];
  const steps = turn.result === "not_replayed" ? "" : `, ${turn.steps} things told`;
  out.line(`${turn.turn_id}  ${neutralLine(turn.agent)}  ${out.paint(tone, words)}${steps}`);
  if (turn.why !== null) out.line(`  ${neutralLine(turn.why)}`);
  if (turn.cut) out.line("  A part of its traffic was not kept; differences may come from that.");
  for (const { what, recorded, today } of turn.differences) {
    out.line(`  ${neutralLine(what)}`);
    if (recorded !== null) out.line(out.paint("red", `    - ${side(recorded)}`));
    if (today !== null) out.line(out.paint("green", `    + ${side(today)}`));
  }
}

function side(text: string): string {
  const line = neutralLine(text);
  return line.length <= MAX_CHARS ? line : `${line.slice(0, MAX_CHARS)}…`;
}
