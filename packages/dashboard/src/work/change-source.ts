import type { Change, CommitFile } from "@harness/protocol";
import type { ReactNode } from "react";
import type { LineComment } from "./comments/index.ts";
import type { Looks } from "./use-looks.ts";

/** Where more of a change is read: of a task or of a conversation. */
export interface ChangeSource {
  /** What changed from a commit to the newest. */
  readonly since: (commit: string) => Promise<Change>;
  /** A file as a commit has it. */
  readonly file: (path: string, commit: string) => Promise<CommitFile>;
}

/** A line of a change, as an address names it. */
export interface Place {
  readonly file: string | undefined;
  /** Its number; negative as it was before the change. */
  readonly line: string | undefined;
  /** The commit in which it has this number. */
  readonly at: string | undefined;
}

/** What a change is shown with. */
export interface ChangeViewerProps {
  readonly change: Change;
  readonly source: ChangeSource;
  readonly looks: Looks;
  readonly onLooks: (change: Partial<Looks>) => void;
  /** What the address points to, and how it comes to name another line. */
  readonly place: Place;
  readonly onPlace: (place: Place) => void;
  /** What stands before the tools. */
  readonly children: ReactNode;
  /** The comments that were collected, and how they are sent. */
  readonly panel: (onComment: (comment: LineComment) => void) => ReactNode;
}
