import type { AgentEvent, TurnOutcome } from "../agents/index.ts";
import type { TurnDeps, TurnWatch } from "./drive-turn.ts";
import { ItemTimes } from "./item-times.ts";
import { LoopGuard } from "./loop-guard.ts";
import { recordItem } from "./record-item.ts";
import type { TurnPlace } from "./turn-place.ts";
import type { TurnRecorder } from "./turn-recorder.ts";

/** Who hears of what an agent reports. */
interface Listeners {
  readonly recorder: TurnRecorder;
  readonly watch: TurnWatch;
}

/** Takes what an agent reports in a turn: the log and the owner hear of it, and going in circles ends it. */
export class TurnEvents {
  /** How the agent says that it ended; undefined until it does. */
  outcome: TurnOutcome | undefined;
  readonly #place: TurnPlace;
  readonly #to: Listeners;
  readonly #guard: LoopGuard;
  readonly #times: ItemTimes;

  constructor({ clock, loops }: Pick<TurnDeps, "clock" | "loops">, place: TurnPlace, to: Listeners) {
    this.#place = place;
    this.#to = to;
    this.#guard = new LoopGuard(loops);
    this.#times = new ItemTimes(clock);
  }

  /** Throws what ends the turn: what the owner's writes and checks throw. */
  async take(event: AgentEvent): Promise<void> {
    const { recorder, watch } = this.#to;
    if (event.type === "started" && event.model !== null) watch.model(event.model);
    if (event.type === "started" && event.session_id !== null) await watch.session(event.session_id);
    if (event.type === "ended") this.outcome = event.outcome;
    else await recordItem(recorder, event, this.#times);
    const circles = this.#guard.note(event);
    if (circles !== undefined) this.#place.stop(circles);
    watch.check();
  }
}
