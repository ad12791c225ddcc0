import path from "node:path";
import { z } from "zod";
import type { ProcessRunner } from "../../process/index.ts";
import { TurnLimits } from "../api/limits.ts";
import { WorkspaceFiles } from "../api/workspace-files.ts";
import type { HostEnvironment } from "../environment.ts";
import { type FramedTurn, framedTurn } from "../framed-turn.ts";
import type { Agent, AgentEvent, AgentProbe, AgentTurn, CannotReplay } from "../port.ts";
import { NO_FILES, RecordedTurn } from "../recorded-turn.ts";
import { madeFrom, type Recording, recordedTooEarly } from "../recording.ts";
import { type Emit, frameTurn } from "../turn-frame.ts";
import type { TurnMark } from "../turn-marks.ts";
import { groundsFor } from "./grounds.ts";
import { onlyReads, type Understood } from "./intent.ts";
import { ConversationMemory } from "./memory.ts";
import { ownWords } from "./own-words.ts";
import {
  answer,
  type DeskDeps,
  openDesk,
  type PlainConversation,
  plainTurn,
  saidOnly,
} from "./plain-turn.ts";
import { shownCommands } from "./shown-commands.ts";
import { understand } from "./understand.ts";

/** What an answer depends on besides the words and what is looked at: or the words it was given to say. */
const MadeFrom = z.union([
  z.object({ commands: z.array(z.string()), wants_json: z.boolean() }),
  z.object({ says: z.string() }),
]);

/** What the deterministic agent is built from. */
export interface DeterministicAgentDeps {
  readonly name?: string;
  readonly runner: ProcessRunner;
  /** A directory of ours for what conversations remember. */
  readonly state_dir: string;
  /** Only the search path and the network's variables reach the programs it runs. */
  readonly host_env: HostEnvironment;
}

/** How a turn stands to the conversation it is part of. */
export interface TurnPlace {
  /** True beside a model: the session is the model's, or one of ours that a model will go on from. */
  readonly beside_model: boolean;
}

/**
 * Answers questions about the repository and does simple things in it without any model: git's state, files, where a
 * name is defined, used and called, one command, one file. What it does not understand it says so, with what it can do.
 */
export class DeterministicAgent implements Agent {
  readonly kind = "deterministic";
  readonly reports_cost = true;
  readonly forks = true;
  readonly name: string;
  readonly memory: ConversationMemory;
  readonly #deps: DeterministicAgentDeps;

  constructor(deps: DeterministicAgentDeps) {
    this.#deps = deps;
    this.name = deps.name ?? "deterministic";
    this.memory = new ConversationMemory(path.join(deps.state_dir, this.name));
  }

  async probe(): Promise<AgentProbe> {
    return { installed: true, version: null, logged_in: true, models: [] };
  }

  /** What a prompt asks, when it is of the kinds answered here and can be answered in this conversation. */
  async understands(
    turn: Pick<AgentTurn, "prompt" | "session_id" | "output_schema">,
  ): Promise<Understood | undefined> {
    const { words, follow_up } = ownWords(turn.prompt);
    if (follow_up || turn.output_schema !== undefined) return undefined;
    const understood = understand(words);
    if (understood?.intent.kind !== "run_that") return understood;
    const known = turn.session_id === undefined ? undefined : await this.memory.read(turn.session_id);
    const [command, ...others] = known?.commands ?? [];
    return command !== undefined && others.length === 0
      ? { intent: { kind: "run", command }, sure: true }
      : undefined;
  }

  /** Whether it would answer a prompt by looking only, or not at all: nothing is run and nothing is changed. */
  async looksOnly(turn: Pick<AgentTurn, "prompt" | "session_id">): Promise<boolean> {
    const understood = await this.understands(turn);
    return understood === undefined || onlyReads(understood.intent);
  }

  run(turn: AgentTurn, place: TurnPlace = { beside_model: false }): AsyncIterable<AgentEvent> {
    return frameTurn(turn, async (framed, emit) => {
      const conversation = await this.#conversation(framed, emit, place);
      const { commands } = conversation;
      tellMade(framed, { commands: [...commands], wants_json: turn.output_schema !== undefined });
      return plainTurn(framed, emit, conversation, () => this.#desk(framed));
    });
  }

  replay(recording: Recording): AsyncIterable<AgentEvent> | CannotReplay {
    const made = MadeFrom.safeParse(madeFrom(recording));
    if (!made.success) return { why: recordedTooEarly(recording) };
    const recorded = new RecordedTurn(recording);
    const { turn } = recorded;
    if ("says" in made.data) return this.say(turn, made.data.says);
    const { commands, wants_json } = made.data;
    const prompt = recording.entries.flatMap(({ d, s }) => (d === "in" ? [s] : [])).join("\n");
    const asked = { ...turn, prompt, ...(wants_json ? { output_schema: {} } : {}) };
    const recall = async (effect: string) => {
      const came = await turn.recall?.(effect);
      // A command that was stopped, or out of time, gave what it had until then.
      recorded.playEnd();
      return came;
    };
    const conversation = { session_id: turn.attempt_id, commands, remember: async () => {} };
    const desk = async () => ({ ...this.#deps, files: NO_FILES });
    return frameTurn({ ...asked, recall }, (framed, emit) => plainTurn(framed, emit, conversation, desk));
  }

  /** What can be found out about a prompt by looking only, each look shown as an item; undefined when there is nothing. */
  async facts(turn: AgentTurn, emit: Emit): Promise<string | undefined> {
    // They go to the model; what comes of the looks is no part of what its adapter does.
    const { record: _, ...unrecorded } = turn;
    const framed = framedTurn(unrecorded, turn.signal);
    using limits = new TurnLimits(framed);
    const desk = openDesk(await this.#desk(framed), framed, emit, limits);
    const { words } = ownWords(turn.prompt);
    const intent = (await this.understands(turn))?.intent;
    if (intent !== undefined && intent.kind !== "help" && onlyReads(intent))
      return (await answer(intent, desk)).text;
    return groundsFor(words, desk);
  }

  /** Says one thing and does nothing, as a turn of its own. */
  say(turn: AgentTurn, text: string): AsyncIterable<AgentEvent> {
    return frameTurn(turn, async (framed, emit) => {
      tellMade(framed, { says: text });
      return saidOnly(turn, emit, text);
    });
  }

  forget(before: number): Promise<number> {
    return this.memory.removeBefore(before);
  }

  /** Where the files and programs of a turn are. */
  async #desk(turn: AgentTurn): Promise<DeskDeps> {
    const { runner, host_env } = this.#deps;
    return { runner, host_env, files: await WorkspaceFiles.open(turn.workspace, turn.protected_paths) };
  }

  async #conversation(turn: AgentTurn, emit: Emit, { beside_model }: TurnPlace): Promise<PlainConversation> {
    const asked = turn.session_id;
    const known = asked === undefined ? undefined : await this.memory.read(asked);
    const { commands, untold } = known ?? { commands: [], untold: [] };
    const message = `The conversation ${asked} is not here any more; a new one was started.`;
    const own = this.memory.isOwn(asked);
    if (asked !== undefined && known === undefined && (own || !beside_model))
      emit({ type: "warning", message });
    const goesOn =
      asked !== undefined && turn.fork !== true && (known !== undefined || (beside_model && !own));
    const session_id = goesOn ? asked : this.memory.newSession();
    return {
      session_id,
      commands,
      remember: async (said) => {
        const shown = said.commands ?? shownCommands(said.text);
        const more = { asked: ownWords(turn.prompt).words, answered: said.text };
        await this.memory.write(session_id, {
          commands: shown.length > 0 ? [...shown] : commands,
          untold: beside_model ? [...untold, more] : untold,
        });
      },
    };
  }
}

/** Records the words of a turn, and what else its answer depends on. */
function tellMade(turn: FramedTurn, made_from: z.infer<typeof MadeFrom>): void {
  turn.record("in", turn.prompt);
  turn.record("mark", JSON.stringify({ made_from } satisfies TurnMark));
}
