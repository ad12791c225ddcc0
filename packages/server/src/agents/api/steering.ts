import type { AgentTurn } from "../port.ts";

/** Words a person gives a running turn, until the model is asked the next time. */
export class Steering {
  readonly #waiting: string[] = [];
  #over = false;

  /** Lets the turn be steered, where somebody wants to. */
  attach(turn: Pick<AgentTurn, "attach">): void {
    turn.attach?.({
      steer: async (text) => {
        if (this.#over) throw new Error("The model has given its answer; start another turn.");
        this.#waiting.push(text);
      },
    });
  }

  /** What was said since the last time, as the model is told it. */
  take(): string[] {
    return this.#waiting
      .splice(0)
      .map((text) => `The user sent a new message while you were working:\n${text}`);
  }

  /** The model has answered: true when nothing waits, and nothing is taken any more. */
  end(): boolean {
    this.#over = this.#waiting.length === 0;
    return this.#over;
  }

  /** The turn is over, however. */
  close(): void {
    this.#over = true;
  }
}
