import path from "node:path";
import {
  type ReadTextFileRequest,
  type ReadTextFileResponse,
  RequestError,
  type WriteTextFileRequest,
  type WriteTextFileResponse,
} from "@agentclientprotocol/sdk";
import { z } from "zod";
import { PathRefused, WorkspaceFiles } from "../api/workspace-files.ts";
import type { FramedTurn } from "../framed-turn.ts";
import type { Emit } from "../turn-frame.ts";
import { type Approvals, writeWords } from "./approvals.ts";
import type { UpdateReader } from "./updates.ts";

interface ServedFilesDeps {
  readonly turn: FramedTurn;
  readonly emit: Emit;
  readonly approvals: Approvals;
  readonly updates: UpdateReader;
}

/** The editor's files as an ACP agent asks for them: those of the workspace and no others; a change needs leave. */
export class ServedFiles {
  readonly #deps: ServedFilesDeps;
  #writes = 0;

  constructor(deps: ServedFilesDeps) {
    this.#deps = deps;
  }

  /** Answers `fs/read_text_file`. */
  async read(request: ReadTextFileRequest): Promise<ReadTextFileResponse> {
    let text = "";
    await this.#use("read", request.path, async (files, name) => {
      text = await files.read(name);
    });
    if (request.line == null && request.limit == null) return { content: text };
    const first = Math.max(0, (request.line ?? 1) - 1);
    const lines = text.split("\n").slice(first, first + (request.limit ?? Number.POSITIVE_INFINITY));
    return { content: lines.join("\n") };
  }

  /** Answers `fs/write_text_file`. */
  async write(request: WriteTextFileRequest): Promise<WriteTextFileResponse> {
    const { turn, approvals, updates, emit } = this.#deps;
    const { path: name, content } = request;
    if (turn.access === "read-only") throw new RequestError(-32000, "This turn may only read.");
    const input = { path: name, content };
    await approvals.require(
      { kind: "write", tool: "fs/write_text_file", paths: [name], summary: `write ${name}`, input },
      writeWords(name, content),
    );
    await this.#use("write", name, (files, inside) => files.write(inside, content));
    this.#writes += 1;
    const item = {
      id: `fs-${this.#writes}`,
      kind: "file_change",
      name: "fs/write_text_file",
      path: name,
    } as const;
    if (!updates.tells(name)) emit({ type: "item", phase: "completed", item });
    return {};
  }

  /** What is read goes to the agent and nowhere else: of a recorded turn, only whether it could be matters. */
  #use(
    how: "read" | "write",
    name: string,
    work: (files: WorkspaceFiles, inside: string) => Promise<void>,
  ): Promise<null> {
    return this.#deps.turn.effect(`${how} ${name}`, z.null(), async () => {
      await this.#inWorkspace(name, work);
      return null;
    });
  }

  async #inWorkspace(
    name: string,
    work: (files: WorkspaceFiles, inside: string) => Promise<void>,
  ): Promise<void> {
    const { workspace, protected_paths } = this.#deps.turn;
    // The agent names the workspace as it was told; links in that name are ours.
    const inside = path.isAbsolute(name) ? path.relative(workspace, name) : name;
    const files = await WorkspaceFiles.open(workspace, protected_paths);
    try {
      await work(files, inside);
    } catch (error) {
      throw asRequestError(error, name);
    }
  }
}

function asRequestError(error: unknown, name: string): RequestError {
  if (error instanceof PathRefused) return new RequestError(-32602, `Refused: ${error.message}`);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return RequestError.resourceNotFound(name);
  return new RequestError(
    -32603,
    `${name} cannot be used: ${error instanceof Error ? error.message : error}`,
  );
}
