/** `system` follows the machine. */
export type Theme = "system" | "light" | "dark";

/** Where this browser keeps it; `theme.js` reads it before the first paint. */
const KEY = "harness.theme";

/** The colours a person chose in this browser. */
export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** Changes the colours, and keeps the choice in this browser. */
export function chooseTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") {
    localStorage.removeItem(KEY);
    delete dataset["theme"];
    return;
  }
  localStorage.setItem(KEY, theme);
  dataset["theme"] = theme;
}
