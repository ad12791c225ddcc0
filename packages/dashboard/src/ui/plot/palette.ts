import { useMemo, useSyncExternalStore } from "react";
import type { Mark, PlotColour } from "./series.ts";

/** What a plot is painted with, as the colours of the page are now. */
export interface Palette {
  readonly inks: Readonly<Record<PlotColour, string>>;
  readonly text: string;
  readonly line: string;
  readonly ground: string;
}

const DARK = "(prefers-color-scheme: dark)";

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    inks: {
      working: token("working"),
      review: token("review"),
      accent: token("accent"),
      done: token("done"),
      broken: token("broken"),
      muted: token("strong-line"),
    },
    text: token("muted"),
    line: token("line"),
    ground: token("raised"),
  };
}

function follow(tell: () => void): () => void {
  const system = matchMedia(DARK);
  const chosen = new MutationObserver(tell);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  system.addEventListener("change", tell);
  return () => {
    chosen.disconnect();
    system.removeEventListener("change", tell);
  };
}

/** The colours of the page; other ones once the theme has changed. */
export function usePalette(): Palette {
  const theme = useSyncExternalStore(
    follow,
    () => `${document.documentElement.dataset["theme"]} ${matchMedia(DARK).matches}`,
  );
  // The theme decides what is read from the page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  return useMemo(readPalette, [theme]);
}

/** How large one tile of a pattern is, in pixels of the canvas. */
const TILE = 8;

/** The filling of bars with this mark: on the ground of the page, so that it hides what was drawn below it. */
export function fillOf(
  context: CanvasRenderingContext2D,
  { ground }: Palette,
  ink: string,
  mark: Mark,
): string | CanvasPattern {
  if (mark === "solid") return ink;
  if (mark === "hollow") return ground;
  const tile = document.createElement("canvas");
  tile.width = TILE;
  tile.height = TILE;
  const paint = tile.getContext("2d");
  if (paint === null) return ink;
  paint.fillStyle = ground;
  paint.fillRect(0, 0, TILE, TILE);
  paint.fillStyle = ink;
  paint.strokeStyle = ink;
  paint.lineWidth = 2;
  if (mark === "dotted") {
    paint.fillRect(1, 1, 3, 3);
    paint.fillRect(5, 5, 3, 3);
  } else {
    paint.beginPath();
    for (const from of [-TILE, 0, TILE]) {
      paint.moveTo(from, TILE);
      paint.lineTo(from + TILE, 0);
      if (mark === "crossed") {
        paint.moveTo(from, 0);
        paint.lineTo(from + TILE, TILE);
      }
    }
    paint.stroke();
  }
  return context.createPattern(tile, "repeat") ?? ink;
}
