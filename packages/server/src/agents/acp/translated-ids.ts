import { parseLine } from "../json-line.ts";
import { RpcMessage } from "./lines.ts";

/**
 * The numbers of requests in a turn that is played again: today's adapter may ask less or more than it did then. An
 * answer gets the number that the same question has today; one to what is not asked today is left out.
 */
export class TranslatedIds {
  readonly #then = new Map<unknown, string>();
  readonly #today = new Map<string, RpcMessage["id"]>();
  readonly #counts = { recorded: new Map<string, number>(), today: new Map<string, number>() };

  /** What was said to the agent then. */
  recorded(line: string): void {
    const { id, method } = parseLine(RpcMessage, line) ?? {};
    if (id !== undefined && method !== undefined) this.#then.set(id, numbered(this.#counts.recorded, method));
  }

  /** What is said to it today. */
  said(line: string): void {
    const { id, method } = parseLine(RpcMessage, line) ?? {};
    if (id !== undefined && method !== undefined) this.#today.set(numbered(this.#counts.today, method), id);
  }

  /** A line of the agent as it would be today; undefined for none. */
  heard(line: string): string | undefined {
    const message = parseLine(RpcMessage, line);
    const request = message?.method === undefined ? this.#then.get(message?.id) : undefined;
    if (request === undefined) return line;
    const id = this.#today.get(request);
    return id === undefined ? undefined : JSON.stringify({ ...message, id });
  }
}

/** Names the next request of a method. */
function numbered(counts: Map<string, number>, method: string): string {
  const count = (counts.get(method) ?? 0) + 1;
  counts.set(method, count);
  return `${method} ${count}`;
}
