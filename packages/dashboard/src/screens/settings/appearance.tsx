import { type ReactNode, useState } from "react";
import { chooseTheme, chosenTheme, Panel, type Theme } from "../../ui/index.ts";

const themes: readonly { readonly theme: Theme; readonly name: string }[] = [
  { theme: "system", name: "As this machine" },
  { theme: "light", name: "Light" },
  { theme: "dark", name: "Dark" },
];

/** The colours of this browser. */
export function Appearance(): ReactNode {
  const [chosen, setChosen] = useState(chosenTheme);
  return (
    <Panel title="Appearance">
      <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
        <legend className="sr-only">Colours</legend>
        {themes.map(({ theme, name }) => (
          <label key={theme} className="flex items-center gap-2 pointer-coarse:min-h-11">
            <input
              type="radio"
              name="theme"
              className="size-4 accent-accent"
              checked={chosen === theme}
              onChange={() => {
                chooseTheme(theme);
                setChosen(theme);
              }}
            />
            {name}
          </label>
        ))}
      </fieldset>
      <p className="mt-2 text-sm text-muted">Kept in this browser.</p>
    </Panel>
  );
}
