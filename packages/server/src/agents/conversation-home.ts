import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { parseLine } from "./json-line.ts";
import { copyPlainTree } from "./plain-tree.ts";
import type { AgentEvent, AgentTurn, Usage } from "./port.ts";

const SESSION = /^[\w.:-]{1,200}$/;

/** What was used, as it is written down. */
export const StoredUsage = z.object({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cached_tokens: z.number(),
  total_tokens: z.number(),
  cost_usd: z.number().nullable(),
});

const Memo = z.object({
  home: z.string().regex(/^[0-9a-f-]{36}$/),
  total: StoredUsage.optional(),
});

/** A conversation that can be resumed: its home, and what it had used up to now where the agent counts in totals. */
export interface Conversation {
  readonly home: string;
  readonly total?: Usage;
}

/**
 * Private homes for command-line agents, one per conversation: an agent keeps its transcripts there and sees
 * neither the operator's home nor another conversation.
 *
 * ```
 * <root>/homes/<uuid>/      home directory and login state of one conversation
 * <root>/sessions/<id>      which home is the one of this session, and its total usage; agents never see this
 * ```
 */
export class ConversationHomes {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** The conversation of this session. Undefined when it is not known here any more. */
  async open(session_id: string): Promise<Conversation | undefined> {
    if (!SESSION.test(session_id)) return undefined;
    const memo = parseLine(Memo, await readFile(this.#sessionFile(session_id), "utf8").catch(() => ""));
    if (memo === undefined) return undefined;
    const conversation = { home: path.join(this.#root, "homes", memo.home), total: memo.total };
    return stat(conversation.home).then(
      () => conversation,
      () => undefined,
    );
  }

  /**
   * The conversation of this turn: the one it asks for, or a new one with a warning when that is gone (it was made
   * by another server, or was cleaned up). A turn's prompt must therefore stand on its own.
   */
  async openFor(
    turn: AgentTurn,
    emit: (event: AgentEvent) => void,
  ): Promise<Conversation & { resumed: boolean }> {
    const known = turn.session_id === undefined ? undefined : await this.open(turn.session_id);
    if (known !== undefined) return { ...known, resumed: true };
    const message = `The conversation ${turn.session_id} is not here any more; a new one was started.`;
    if (turn.session_id !== undefined) emit({ type: "warning", message });
    return { ...(await this.#create()), resumed: false };
  }

  /** Remembers a session, so that it can be resumed after a restart too. */
  async remember(session_id: string, { home, total }: Conversation): Promise<void> {
    if (!SESSION.test(session_id)) return;
    await mkdir(path.join(this.#root, "sessions"), { recursive: true, mode: 0o700 });
    const memo = JSON.stringify({ home: path.basename(home), total });
    await writeFile(this.#sessionFile(session_id), memo, { mode: 0o600 });
  }

  /** A home of its own that begins with a copy of this one, or of some of its directories; links are left out. */
  async copy(home: string, directories: readonly string[] = ["."]): Promise<string> {
    const made = await this.#create();
    for (const one of directories) await copyPlainTree(path.join(home, one), path.join(made.home, one));
    return made.home;
  }

  /** Removes conversations that were last begun or resumed before this time (epoch ms); they cannot be resumed. */
  async removeBefore(time: number): Promise<number> {
    let removed = 0;
    for (const folder of ["homes", "sessions"]) {
      const names = await readdir(path.join(this.#root, folder)).catch(() => []);
      for (const name of names) {
        const file = path.join(this.#root, folder, name);
        const found = await stat(file).catch(() => undefined);
        if (found === undefined || found.mtimeMs >= time) continue;
        await rm(file, { recursive: true, force: true });
        if (folder === "homes") removed += 1;
      }
    }
    return removed;
  }

  async #create(): Promise<Conversation> {
    const home = path.join(this.#root, "homes", randomUUID());
    await mkdir(home, { recursive: true, mode: 0o700 });
    return { home };
  }

  #sessionFile(session_id: string): string {
    return path.join(this.#root, "sessions", session_id.replaceAll(":", "_"));
  }
}
