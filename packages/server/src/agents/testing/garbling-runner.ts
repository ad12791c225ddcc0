import {
  ProcessRunner,
  type ProcessRunnerDeps,
  type RunningProcess,
  type SpawnSpec,
} from "../../process/index.ts";

const LONG = 10_000_000;

/** Lines of no protocol, and records of every protocol that belong to nothing. */
function garbage(unknown: readonly string[]): string[] {
  return [
    '{"type":',
    "not json, \u0000 and \ufffd",
    "",
    "[]",
    "null",
    "42",
    '"text"',
    "{}",
    '{"type":null}',
    '{"type":"assistant","message":7}',
    '{"jsonrpc":"2.0","id":987654,"result":{"of":"nothing"}}',
    '{"id":987655,"error":{"code":-32000,"message":"of nothing"}}',
    '{"jsonrpc":"2.0","id":"who","method":"harness/test/nobodyKnows","params":{}}',
    '{"method":"harness/test/nobodyKnows","params":{"threadId":"nobody"}}',
    JSON.stringify({ type: "harness_test_long", text: "x".repeat(LONG) }),
    "y".repeat(LONG),
    ...unknown,
  ];
}

/**
 * Runs programs like any runner, and mixes garbage into what they say on standard output: before their first line,
 * after each of the first few, and after their last. The programs stay as they are: the vendor's own, or a fixture.
 */
export class GarblingRunner extends ProcessRunner {
  readonly #garbage: readonly string[];

  /** `unknown` are whole lines of the dialect, of kinds it does not know, or about things that are not there. */
  constructor(deps: ProcessRunnerDeps, unknown: readonly string[]) {
    super(deps);
    this.#garbage = garbage(unknown);
  }

  override start(spec: SpawnSpec): RunningProcess {
    const { onLine, onChunk } = spec;
    let left = 3;
    const mix = () => {
      for (const line of this.#garbage) {
        onLine?.("stdout", line);
        onChunk?.("stdout", `${line}\n`);
      }
    };
    const running = super.start({
      ...spec,
      ...(onLine && {
        onLine: (stream, line) => {
          if (stream === "stdout" && left > 0) mix();
          left -= stream === "stdout" ? 1 : 0;
          onLine(stream, line);
        },
      }),
      ...(onChunk && {
        onChunk: (stream, text) => {
          onChunk(stream, text);
          if (stream !== "stdout" || left <= 0 || !text.endsWith("\n")) return;
          left -= 1;
          mix();
        },
      }),
    });
    const exited = running.exited.then((outcome) => {
      mix();
      return outcome;
    });
    return {
      pid: running.pid,
      exited,
      write: (data) => running.write(data),
      endInput: () => running.endInput(),
      touch: () => running.touch(),
      holdLimits: () => running.holdLimits(),
      kill: async (reason, grace) => {
        await running.kill(reason, grace);
        return exited;
      },
    };
  }
}
