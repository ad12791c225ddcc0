import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "agent.replay",
    "A recorded turn of every kind of agent replays through today's adapter, without effect, and shows differences.",
  ],
  [
    "replay.cli",
    "harness replay shows the differences of an attempt or a turn and fails when there are some.",
  ],
  ["replay.begun-again", "A turn that was parked, or whose server died, replays as the one turn it is."],
  [
    "replay.honest",
    "A turn that runs still, or whose end was Harness's own, shows no difference that is none.",
  ],
  ["replay.bounded", "However two readings of a turn differ, comparing them takes bounded time and memory."],
  [
    "replay.hostile",
    "A recording that is torn, garbled or goes on after its end is played to an end, and shows what differs.",
  ],
  ["recording.kept", "The raw traffic of a turn is kept with its timing, packed, mode 0600, redacted."],
  ["recording.parts", "A turn that is begun again is recorded again, beside what was recorded of it before."],
  ["recording.crash", "A server that dies leaves the recording up to then, and it can be read."],
  [
    "recording.damaged",
    "What is left of a damaged recording is read and said to be cut; one of another format is refused in words.",
  ],
  [
    "recording.bounded",
    "A flood of any lines leaves its beginning and its end, with the cut marked, in bounded memory and disk.",
  ],
];

/** What is recorded of turns, and playing it again. */
export const replayRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 4",
  promise,
  state: "done",
}));
