/** The end of a text that grows, and how much before it is left out. */
export function endOf(text: string, most: number): { readonly shown: string; readonly left: number } {
  const left = Math.max(0, text.length - most);
  return { shown: left === 0 ? text : text.slice(left), left };
}

/** A line of at most so many characters. */
export function oneLine(text: string, most = 200): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  const cut = line.length > most || line.length < text.trim().length;
  return cut ? `${line.slice(0, most)} …` : line;
}
