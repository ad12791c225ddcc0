import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ModelMessage } from "ai";
import { removeOldFiles } from "../old-files.ts";

const SESSION = /^[0-9a-f-]{36}$/;

/** A conversation with a model endpoint, which itself remembers nothing. */
export interface StoredConversation {
  readonly session_id: string;
  readonly resumed: boolean;
  readonly messages: ModelMessage[];
}

/** Keeps conversations as files of ours (0600), so that they can be resumed after a restart too. */
export class ConversationHistory {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The conversation asked for, or a new one when none is or when it is gone; a fork is a copy under an id of its own. */
  async open(session_id: string | undefined, fork = false): Promise<StoredConversation> {
    const messages = session_id === undefined ? undefined : await this.#load(session_id);
    if (messages === undefined || session_id === undefined)
      return { session_id: randomUUID(), resumed: false, messages: [] };
    return { session_id: fork ? randomUUID() : session_id, resumed: true, messages };
  }

  async save({ session_id, messages }: StoredConversation): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const file = this.#file(session_id);
    await writeFile(`${file}.new`, JSON.stringify(messages), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  /** Removes conversations that were last used before this time (epoch ms). */
  async removeBefore(time: number): Promise<number> {
    return (await removeOldFiles(this.#directory, time)).length;
  }

  async #load(session_id: string): Promise<ModelMessage[] | undefined> {
    if (!SESSION.test(session_id)) return undefined;
    const text = await readFile(this.#file(session_id), "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const { modelMessageSchema } = await import("ai");
    const parsed = modelMessageSchema.array().safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  }

  #file(session_id: string): string {
    return path.join(this.#directory, `${session_id}.json`);
  }
}
