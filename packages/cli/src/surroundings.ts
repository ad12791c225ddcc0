import type { Clock } from "@harness/protocol";

/** A stream text is written to. */
export interface Output {
  /** Calls back once the text is on its way, or cannot be any more. */
  write(text: string, done?: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A stream a person or a program answers on. */
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean; destroy?(): unknown };

/** Everything the command takes from the process it runs in; a test passes its own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  /** Calls back at each interrupt or request to end; the returned function stops that. */
  onSignal(listener: (signal: "SIGINT" | "SIGTERM") => void): () => void;
  /** The command line that runs this very command: a Node and the file of the command. */
  readonly program: readonly string[];
  /** Calls back at a request of `harness down --now` or `harness restart`; the returned function stops that. */
  onControl(signal: "SIGUSR2" | "SIGHUP", listener: () => void): () => void;
  /** Ends the process at once, for a person who asked twice. */
  leave(code: number): void;
  /** Tells that a long-running command is up, so that caches made while starting can be written. */
  started(): void;
}
