import { type ClientContext, methods, RequestError } from "@agentclientprotocol/sdk";
import { z } from "zod";
import type { FramedTurn } from "../framed-turn.ts";
import type { Emit } from "../turn-frame.ts";
import { Initialized, SessionOpened } from "./lines.ts";
import type { AcpProfile } from "./profile.ts";

const PROTOCOL = 1;
/** Answers in a row between which nothing was told, after which a history is over. */
const QUIET_ROUNDS = 3;
const MAX_SETTLING = 200;
const SETTLING_MS = 5_000;
const AUTH_REQUIRED = -32000;

/** The agent speaks, but not what this adapter understands. */
export class ProtocolMismatch extends Error {}

interface OpeningDeps {
  readonly agent: ClientContext;
  readonly turn: Pick<FramedTurn, "workspace" | "access" | "fork" | "ask" | "signal" | "effect">;
  readonly profile: AcpProfile;
  /** The session to go on with; null begins a new one. */
  readonly session_id: string | null;
  readonly model: string | undefined;
  readonly emit: Emit;
  /** How many session updates have come so far. */
  readonly updates: () => number;
}

/** An open session, and the model it says it uses. */
export interface OpenSession {
  readonly session_id: string;
  readonly model: string | null;
}

/** Begins to speak with an agent, and opens the turn's session: a new one, or the old one as the agent can. */
export async function openSession(deps: OpeningDeps): Promise<OpenSession> {
  const can = await initialize(deps);
  const open = async () => (await reopened(deps, can)) ?? (await created(deps));
  const opened = await open().catch(async (error: unknown) => {
    const { auth_method } = deps.profile;
    if (!isAuthRequired(error) || auth_method === undefined) throw error;
    await deps.agent.request<unknown>(methods.agent.authenticate, { methodId: auth_method });
    return open();
  });
  return { session_id: opened.session_id, model: await chooseModel(deps, opened) };
}

/** True for an agent's word that somebody has to log in first. */
export function isAuthRequired(error: unknown): boolean {
  return error instanceof RequestError && error.code === AUTH_REQUIRED;
}

async function initialize({ agent, turn, profile }: OpeningDeps): Promise<Initialized> {
  const fs = profile.serve.includes("fs");
  const terminal = profile.serve.includes("terminal");
  const answer = await agent.request<unknown>(methods.agent.initialize, {
    protocolVersion: PROTOCOL,
    clientCapabilities: {
      fs: { readTextFile: fs, writeTextFile: fs && turn.access === "workspace-write" },
      terminal: terminal && turn.access === "workspace-write",
      ...(turn.ask === undefined ? {} : { elicitation: { form: {} } }),
    },
    clientInfo: { name: "harness", title: "Harness", version: "1" },
  });
  const can = Initialized.parse(answer);
  if (can.protocolVersion === PROTOCOL) return can;
  throw new ProtocolMismatch(
    `The agent speaks version ${can.protocolVersion} of ACP; Harness speaks ${PROTOCOL}.`,
  );
}

type Opened = SessionOpened & { readonly session_id: string };

async function created({ agent, turn }: OpeningDeps): Promise<Opened> {
  const params = { cwd: turn.workspace, mcpServers: [] };
  const opened = SessionOpened.parse(await agent.request<unknown>(methods.agent.session.new, params));
  return withId(opened, undefined);
}

/** The old session, or a copy of it; undefined, with a warning, when the agent cannot or does not know it any more. */
async function reopened(deps: OpeningDeps, can: Initialized): Promise<Opened | undefined> {
  const { session_id, turn, emit } = deps;
  if (session_id === null) return undefined;
  const method = reopening(can, turn.fork === true);
  const lost = (why: string) =>
    emit({ type: "warning", message: `The conversation ${session_id} ${why}; a new one was started.` });
  if (method === undefined) {
    lost(turn.fork === true ? "cannot be copied by this agent" : "cannot be resumed by this agent");
    return undefined;
  }
  const params = { sessionId: session_id, cwd: turn.workspace, mcpServers: [] };
  try {
    const opened = SessionOpened.parse((await deps.agent.request<unknown>(method, params)) ?? {});
    if (method === methods.agent.session.load) await settle(deps);
    return withId(opened, turn.fork === true ? undefined : session_id);
  } catch (error) {
    if (!(error instanceof RequestError) || isAuthRequired(error) || turn.signal.aborted) throw error;
    lost(`is not known to the agent any more (${error.message})`);
    return undefined;
  }
}

/** The method that opens an old session again; resuming tells nothing, loading tells the whole history. */
function reopening(can: Initialized, fork: boolean): string | undefined {
  const { loadSession, sessionCapabilities } = can.agentCapabilities ?? {};
  if (fork) return sessionCapabilities?.fork == null ? undefined : "session/fork";
  if (sessionCapabilities?.resume != null) return methods.agent.session.resume;
  return loadSession === true ? methods.agent.session.load : undefined;
}

/**
 * Waits until the history of a loaded session was told: some agents go on telling it after they answered. They answer
 * a question they do not know in between; once nothing was told for a few of those in a row, it is over.
 */
async function settle(deps: OpeningDeps): Promise<void> {
  await deps.turn.effect("settled", z.null(), async () => {
    await untilQuiet(deps);
    return null;
  });
}

async function untilQuiet({ agent, turn, updates }: OpeningDeps): Promise<void> {
  const limit = AbortSignal.any([turn.signal, AbortSignal.timeout(SETTLING_MS)]);
  const over = new Promise<void>((resolve) =>
    limit.addEventListener("abort", () => resolve(), { once: true }),
  );
  let quiet = 0;
  for (let round = 0; round < MAX_SETTLING && !limit.aborted; round += 1) {
    const before = updates();
    const answered = agent.request<unknown>("_harness/settled", {}).catch(() => undefined);
    await Promise.race([answered, over]);
    quiet = updates() === before ? quiet + 1 : 0;
    if (quiet === QUIET_ROUNDS) return;
  }
}

/** Asks for a model, in the way the agent offers. What it says about its models is shown, not believed. */
async function chooseModel({ agent, model, emit }: OpeningDeps, opened: Opened): Promise<string | null> {
  const { session_id: sessionId, configOptions, models } = opened;
  const option = configOptions?.find(({ category, id }) => (category ?? id) === "model");
  const current = typeof option?.currentValue === "string" ? option.currentValue : models?.currentModelId;
  if (model === undefined || model === current) return current ?? null;
  const [method, params] =
    option !== undefined
      ? [methods.agent.session.setConfigOption, { sessionId, configId: option.id, value: model }]
      : ["session/set_model", { sessionId, modelId: model }];
  try {
    await agent.request<unknown>(method, params);
    return model;
  } catch (error) {
    if (models !== undefined || option !== undefined) throw error;
    emit({ type: "warning", message: `The agent offers no choice of models; ${model} was not chosen.` });
    return null;
  }
}

function withId(opened: SessionOpened, known: string | undefined): Opened {
  const session_id = known ?? opened.sessionId;
  if (session_id == null) throw new ProtocolMismatch("The agent opened a session without an id.");
  return { ...opened, session_id };
}
