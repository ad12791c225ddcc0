/** What Claude Code says of itself when it tells what becomes of each message it is given. */
const TELLS = "msg_lifecycle_v1";

/**
 * Words given to Claude Code while it works, from being sent until it begins with them. It joins them to the running
 * turn before the next model call; what comes after the last one waits and is answered by a further `result`.
 */
export class SteeringQueue {
  readonly #possible = Promise.withResolvers<void>();
  readonly #begun = new Set<string>();
  #waiting = 0;

  constructor() {
    this.#possible.promise.catch(() => undefined);
  }

  /** Resolves when the program has begun and says what becomes of messages; rejects when it never says so. */
  get possible(): Promise<void> {
    return this.#possible.promise;
  }

  /** True while words were sent that it has not begun with. */
  get waiting(): boolean {
    return this.#waiting > 0;
  }

  /** The program said what it can do. */
  begin(capabilities: readonly string[]): void {
    if (capabilities.includes(TELLS)) this.#possible.resolve();
    else
      this.#possible.reject(
        new Error("This version of Claude Code cannot be steered while it works. Update it, or wait."),
      );
  }

  sent(): void {
    this.#waiting += 1;
  }

  /**
   * What became of a message: `queued`, `started`, `completed` or `cancelled`. Only messages sent here have an id, so
   * they are counted, not compared: a recording played again sends others.
   */
  told(id: string, state: string): void {
    if (state === "queued" || this.#begun.has(id)) return;
    this.#begun.add(id);
    this.#waiting = Math.max(0, this.#waiting - 1);
  }
}
