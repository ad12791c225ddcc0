import type { Usage } from "../port.ts";
import type { Emit } from "../turn-frame.ts";
import type { PromptAnswer } from "./lines.ts";
import { usageOf } from "./words.ts";

const NOTHING: Usage = {
  input_tokens: 0,
  output_tokens: 0,
  cached_tokens: 0,
  total_tokens: 0,
  cost_usd: null,
};

/** What a turn used: tokens from its answer, dollars as the agent counts them over its whole session. */
export class UsageTally {
  readonly #emit: Emit;
  #before: number;
  #cost: number | undefined;
  #tokens: Usage | null = null;

  /** `before` is what the session had used before this turn. */
  constructor(before: Usage | undefined, emit: Emit) {
    this.#before = before?.cost_usd ?? 0;
    this.#emit = emit;
  }

  /** The use of this turn so far; null while nothing was told. */
  get turn(): Usage | null {
    if (this.#tokens === null && this.#cost === undefined) return null;
    const cost_usd = this.#cost === undefined ? null : Math.max(0, this.#cost - this.#before);
    return { ...(this.#tokens ?? NOTHING), cost_usd };
  }

  /** The dollars of the whole session, to be remembered for the next turn. */
  get total(): Usage | undefined {
    const cost_usd = this.#cost ?? (this.#before > 0 ? this.#before : undefined);
    return cost_usd === undefined ? undefined : { ...NOTHING, cost_usd };
  }

  /** The session is another one than was asked for: nothing was used in it before. */
  restart(): void {
    this.#before = 0;
  }

  /** The agent told what its session has cost since it began. */
  cost(usd: number): void {
    this.#cost = usd;
    this.#tell();
  }

  /** The agent answered the prompt. */
  answered(answer: PromptAnswer): void {
    const usage = usageOf(answer);
    if (usage === null) return;
    this.#tokens = usage;
    this.#tell();
  }

  #tell(): void {
    const usage = this.turn;
    if (usage !== null) this.#emit({ type: "usage", usage });
  }
}
