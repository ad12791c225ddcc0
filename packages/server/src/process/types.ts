/** One of the two output streams of a child process. */
export type OutputStream = "stdout" | "stderr";

/** What the whole tree of one program may use at most. */
export interface ResourceLimits {
  readonly processes: number;
  readonly memoryBytes: number;
  readonly cpuSecs: number;
  /** What a directory may hold. */
  readonly disk?: { readonly path: string; readonly bytes: number };
  /** Control groups it was started in, whose events say what the kernel stopped. */
  readonly groups?: readonly string[];
}

/** A limit a program ran into. */
export interface LimitReached {
  readonly name: "memory" | "processes" | "cpu" | "disk";
  readonly most: number;
  readonly found: number;
}

/** Everything needed to start one program. Nothing is inherited from the server: not the environment, not a file. */
export interface SpawnSpec {
  /** The program, as a path or a name looked up in `env.PATH`. Never a shell string. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The complete environment of the child, apart from HARNESS_RUN and HARNESS_OWNER, which are added. */
  readonly env: Readonly<Record<string, string>>;
  /** Names the work this process belongs to (an attempt id). Put in the environment as HARNESS_RUN and in the ledger. */
  readonly cookie: string;
  /** Text is written and then closed; "open" gives `write()`; left out, the child reads from /dev/null. */
  readonly stdin?: string | Uint8Array | "open";
  /** Stop when neither stream gave a byte for this long. */
  readonly idleTimeoutMs?: number;
  /** Stop when the process lives longer than this. */
  readonly totalTimeoutMs?: number;
  /** Stop, at once, when the tree uses more than this. */
  readonly resources?: ResourceLimits;
  /**
   * Nothing it starts ever leaves its process group. Then nothing of it is left once the group is empty and its output
   * closed, and the other processes of the machine need not be looked at: 4 ms for each of the thirty programs of git
   * a task takes.
   */
  readonly staysInGroup?: boolean;
  /** Time between SIGTERM and SIGKILL; default is the runner's. */
  readonly killGraceMs?: number;
  /** Bytes kept per stream, half head and half tail; default 1 MiB, at most 5 MB (10 MB a run). */
  readonly outputCapBytes?: number;
  /** A longer line is cut and marked; default 1 MiB. */
  readonly maxLineBytes?: number;
  /** Called with each complete line, without its line end, and with a last unfinished line when the stream ends. */
  readonly onLine?: (stream: OutputStream, line: string) => void;
  /** Called with decoded text as it comes; a code point split over reads arrives whole. */
  readonly onChunk?: (stream: OutputStream, text: string) => void;
  /** Aborting kills the whole tree. */
  readonly signal?: AbortSignal;
}

/** What a stream said: the kept text with any cut marked, and facts about all of its bytes. */
export interface CapturedOutput {
  readonly text: string;
  readonly totalBytes: number;
  /** Bytes left out of `text`. */
  readonly cutBytes: number;
  /** Hex SHA-256 over all bytes, also those cut. */
  readonly sha256: string;
}

/** Why a process ended. */
export type EndReason =
  | "exited"
  | "timeout_idle"
  | "timeout_total"
  | "limit_reached"
  | "aborted"
  | "spawn_failed";

/** Why someone may stop a process before its own end. */
export type KillReason = "timeout_idle" | "timeout_total" | "limit_reached" | "aborted";

/** How a process ended. A failure has the same shape as a success. */
export interface ProcessOutcome {
  readonly exitCode: number | null;
  /** The signal's name when one ended the program, e.g. "SIGKILL". Inside a sandbox this is exit code 128+n instead. */
  readonly signal: string | null;
  readonly reason: EndReason;
  /** What went wrong, for `spawn_failed` and `limit_reached`. */
  readonly error?: string;
  /** Which limit, for `limit_reached`. */
  readonly limit?: LimitReached;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly stdout: CapturedOutput;
  readonly stderr: CapturedOutput;
  /** Processes of the tree that were still alive after the program itself had ended, and had to be killed. */
  readonly survivorsKilled: number;
}

/** A started program. */
export interface RunningProcess {
  /** Undefined when the program could not be started. */
  readonly pid: number | undefined;
  /** Resolves when the data was handed to the system, or when nobody reads any more; never rejects. */
  write(data: string | Uint8Array): Promise<void>;
  endInput(): void;
  /** Something was done for the program while it waits in silence: the idle limit begins anew. */
  touch(): void;
  /** The idle and the total limit stand still until what is returned was called; several may hold them at once. */
  holdLimits(): () => void;
  /** SIGTERM, the grace (the program's own unless told), SIGKILL, then the sweep for escapees. The first call wins. */
  kill(reason?: KillReason, graceMs?: number): Promise<ProcessOutcome>;
  /** Never rejects. Resolves when the whole tree is gone, also if a grandchild held the output open. */
  readonly exited: Promise<ProcessOutcome>;
}

/** A process of a dead server that was found and killed. */
export interface ReapedProcess {
  readonly pid: number;
  readonly cookie: string;
  /** How it was known: by its ledger entry, or by the cookie in its environment only. */
  readonly found: "ledger" | "cookie";
}

/** Where the runner reports what nobody is waiting for. */
export interface ProcessLogger {
  warn(facts: object, message: string): void;
}
