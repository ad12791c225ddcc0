import path from "node:path";
import type { Emit } from "../turn-frame.ts";
import { type RuleFile, renderRules, resolveRules } from "./agents-md.ts";

const NAME = "AGENTS.md";
const MAX_CHARS = 32 * 1024;

/** Reads a file of the workspace; undefined for one that is not there. */
type ReadRules = (path: string) => Promise<string | undefined>;

/**
 * The rules of a workspace's AGENTS.md files for one turn: those of the root from the start, those of a folder when a
 * tool first touches something in it. What is told to the model is shown to people too, as an item.
 */
export class ScopedRules {
  readonly #read: ReadRules;
  readonly #emit: Emit;
  readonly #texts = new Map<string, string | undefined>();
  readonly #told = new Set<string>();

  constructor(read: ReadRules, emit: Emit) {
    this.#read = read;
    this.#emit = emit;
  }

  /** The rules that hold everywhere, for the instructions. Undefined where there are none. */
  async ofRoot(): Promise<string | undefined> {
    return this.#newRules(".");
  }

  /** The rules for something a tool touches, if a folder above it has rules that were not told yet. */
  async forPath(name: string): Promise<string | undefined> {
    const folder = path.posix.dirname(path.posix.normalize(name.split(path.sep).join("/")));
    return this.#newRules(folder);
  }

  /** What the model was told before may be gone from its conversation: rules of folders are told again when they matter. */
  forget(): void {
    for (const folder of this.#told) if (folder !== NAME) this.#told.delete(folder);
  }

  async #newRules(folder: string): Promise<string | undefined> {
    const files = await this.#inForce(folder);
    const nearest = files.at(-1);
    if (nearest === undefined || this.#told.has(nearest.path)) return undefined;
    this.#told.add(nearest.path);
    const rules = renderRules(resolveRules(files)).slice(0, MAX_CHARS);
    if (rules === "") return undefined;
    const where = nearest.path === NAME ? "everywhere" : `in ${path.posix.dirname(nearest.path)}`;
    const names = files.map((file) => file.path).join(", ");
    const text = `Rules in force ${where}, from ${names}:\n\n${rules}`;
    const item = { id: `rules-${this.#told.size}`, kind: "reasoning", name: NAME, text } as const;
    this.#emit({ type: "item", phase: "completed", item: { ...item, path: nearest.path } });
    return text;
  }

  /** The files that apply to a folder, outermost first. A path that leads out has none: its tool refuses it anyway. */
  async #inForce(folder: string): Promise<RuleFile[]> {
    if (path.posix.isAbsolute(folder) || folder.startsWith("..")) return [];
    const parts = folder === "." ? [] : folder.split("/");
    const found: RuleFile[] = [];
    for (let depth = 0; depth <= parts.length; depth += 1) {
      const at = [...parts.slice(0, depth), NAME].join("/");
      if (!this.#texts.has(at)) this.#texts.set(at, await this.#read(at));
      const text = this.#texts.get(at);
      if (text !== undefined && text.trim() !== "") found.push({ path: at, text });
    }
    return found;
  }
}
