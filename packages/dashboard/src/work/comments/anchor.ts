/** A line of a file by its number before or after the change. */
export interface Anchor {
  readonly file: string;
  readonly side: "before" | "after";
  readonly line: number;
}

/** The name of a line in lists and sets. */
export function anchorKey({ file, side, line }: Anchor): string {
  return `${file}\n${side}:${line}`;
}
