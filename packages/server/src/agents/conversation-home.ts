import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";

const SESSION = /^[\w.:-]{1,200}$/;

/**
 * Private homes for command-line agents, one per conversation: an agent keeps its transcripts there and sees
 * neither the operator's home nor another conversation.
 *
 * ```
 * <root>/homes/<uuid>/      home directory and login state of one conversation
 * <root>/sessions/<id>      the name of the home of the conversation with this session id
 * ```
 */
export class ConversationHomes {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** The home of a conversation to be resumed, or a new one. Undefined when a session's home is gone. */
  async open(session_id: string | undefined): Promise<string | undefined> {
    if (session_id === undefined) {
      const home = path.join(this.#root, "homes", randomUUID());
      await mkdir(home, { recursive: true, mode: 0o700 });
      return home;
    }
    if (!SESSION.test(session_id)) return undefined;
    const name = await readFile(this.#sessionFile(session_id), "utf8").catch(() => "");
    if (!/^[0-9a-f-]{36}$/.test(name)) return undefined;
    const home = path.join(this.#root, "homes", name);
    return stat(home).then(
      () => home,
      () => undefined,
    );
  }

  /** Remembers which home a session lives in. */
  async remember(session_id: string, home: string): Promise<void> {
    if (!SESSION.test(session_id)) return;
    await mkdir(path.join(this.#root, "sessions"), { recursive: true, mode: 0o700 });
    await writeFile(this.#sessionFile(session_id), path.basename(home), { mode: 0o600 });
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

  #sessionFile(session_id: string): string {
    return path.join(this.#root, "sessions", session_id.replaceAll(":", "_"));
  }
}
