import type { ProcessRunner } from "../../process/index.ts";
import type { AgentEvent, CannotReplay } from "../port.ts";
import { NO_FILES, RecordedTurn } from "../recorded-turn.ts";
import { madeFrom, type Recording, recordedTooEarly } from "../recording.ts";
import { frameTurn } from "../turn-frame.ts";
import { RecordedEndpoint } from "./recorded-endpoint.ts";
import { MadeFrom, messagesBefore } from "./turn-record.ts";

/** Plays a recorded turn of an endpoint to today's loop: no one is asked for anything, and no tool is run. */
export function replayApiTurn(
  recording: Recording,
  runner: ProcessRunner,
): AsyncIterable<AgentEvent> | CannotReplay {
  const parsed = MadeFrom.safeParse(madeFrom(recording));
  if (!parsed.success) return { why: recordedTooEarly(recording) };
  const { protocol, model, asks, max_tokens, max_steps, max_turn_tokens, context_tokens } = parsed.data;
  const recorded = new RecordedTurn(recording);
  const { turn, clock } = recorded;
  const { fetch } = new RecordedEndpoint(recording, recorded);
  const { ask, ...unasking } = turn;
  return frameTurn(asks ? turn : unasking, async (framed, emit) => {
    const { ApiTurn } = await import("./api-turn.ts");
    const session = { session_id: turn.session_id ?? turn.attempt_id, resumed: true };
    return new ApiTurn({
      turn: framed,
      emit,
      endpoint: { protocol, base_url: "http://recording", context_tokens },
      model,
      max_tokens,
      max_steps,
      ...(max_turn_tokens === null ? {} : { max_turn_tokens }),
      history: {
        open: async () => ({ ...session, messages: messagesBefore(parsed.data) }),
        save: async () => {},
      },
      context: { turn: framed, files: NO_FILES, runner, host_env: {} },
      clock,
      fetch,
      // The recording has the calls that were made again; the last of them is the one that counts.
      retries: 0,
    }).run();
  });
}
