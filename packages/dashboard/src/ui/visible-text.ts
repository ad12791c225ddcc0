/** Marks that turn the order of letters around, hide them, or belong to a terminal: shown by name, never obeyed. */
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** A text of an agent or a repository in which everything that could hide something is visible. */
export function visibleText(text: string): string {
  return text.replace(
    HIDDEN,
    (mark) => `⟦U+${mark.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}⟧`,
  );
}

/** Sequences of a terminal that are no colour: moving the cursor, titles, links. */
const CONTROL =
  /\u001b(?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\[[0-9;?]*[A-Za-ln-z]|[PX^_][^\u001b]*\u001b\\|[@-Z\\-_])/g;

/** Output of a command with its colours left in and everything else a terminal would obey taken out. */
export function withoutControls(text: string): string {
  return text
    .replace(CONTROL, "")
    .replace(/\r\n/g, "\n")
    .replace(/^.*\r(?!\n)/gm, "");
}
