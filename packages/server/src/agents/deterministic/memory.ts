import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { parseLine } from "../json-line.ts";
import { removeOldFiles } from "../old-files.ts";

const SESSION = /^[\w.:-]{1,200}$/;
const OWN = /^plain-[0-9a-f-]{36}$/;
const MAX_COMMANDS = 20;
const MAX_UNTOLD = 10;
const MAX_CHARS = 8_000;

const Remembered = z.object({
  /** Commands shown by the newest message that showed any, or the one that was run last. */
  commands: z.array(z.string()).default([]),
  /** What was answered here since a model last heard of the conversation. */
  untold: z.array(z.object({ asked: z.string(), answered: z.string() })).default([]),
});

/** What a conversation remembers between turns. */
export type Remembered = z.infer<typeof Remembered>;

/**
 * What "that" means: one small file of ours (0600) for each conversation, under its session id, whether the session is
 * this agent's own or that of a model it stands beside.
 */
export class ConversationMemory {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** A session id of a conversation no model has been part of. */
  newSession(): string {
    return `plain-${randomUUID()}`;
  }

  /** Whether a session is one of ours: no model knows it. */
  isOwn(session_id: string | undefined): boolean {
    return session_id !== undefined && OWN.test(session_id);
  }

  /** Undefined when nothing is known of the session. */
  async read(session_id: string): Promise<Remembered | undefined> {
    if (!SESSION.test(session_id)) return undefined;
    return parseLine(Remembered, await readFile(this.#file(session_id), "utf8").catch(() => ""));
  }

  /** Replaces what is remembered of a session; only the newest of much is kept. */
  async write(session_id: string, { commands, untold }: Remembered): Promise<void> {
    if (!SESSION.test(session_id)) return;
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const cut = (text: string) => text.slice(0, MAX_CHARS);
    const kept: Remembered = {
      commands: commands.slice(-MAX_COMMANDS).map(cut),
      untold: untold
        .slice(-MAX_UNTOLD)
        .map(({ asked, answered }) => ({ asked: cut(asked), answered: cut(answered) })),
    };
    const file = this.#file(session_id);
    await writeFile(`${file}.new`, JSON.stringify(kept), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  /** Removes what was last used before this time (epoch ms). Returns how many conversations of ours that were. */
  async removeBefore(time: number): Promise<number> {
    const removed = await removeOldFiles(this.#directory, time);
    return removed.filter((name) => name.startsWith("plain-")).length;
  }

  #file(session_id: string): string {
    return path.join(this.#directory, session_id.replaceAll(":", "_"));
  }
}
