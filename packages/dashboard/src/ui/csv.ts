/** A value of a table; null: nobody knows. */
export type Cell = string | number | null;

/** What a program for tables would take for a formula, when a text begins with it. */
const FORMULA = /^[\s]*[=+\-@\t\r]/;

/** A table as CSV (RFC 4180), safe to open: a text that would be run as a formula is made one that is only read. */
export function csv(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(cell: Cell): string {
  if (cell === null) return "unknown";
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Gives a person a file of what the page shows. */
export function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after this call.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
