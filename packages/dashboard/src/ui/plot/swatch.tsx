import type { ReactNode } from "react";
import { dashes, type PlotKind, type PlotSeries } from "./series.ts";

/** How a series looks in its plot, beside its name. */
export function Swatch({
  series: { colour, mark },
  kind,
}: {
  readonly series: PlotSeries;
  readonly kind: PlotKind;
}): ReactNode {
  const ink = `var(--${colour === "muted" ? "strong-line" : colour})`;
  if (kind === "lines")
    return (
      <svg aria-hidden width="22" height="12" className="shrink-0">
        <line
          x1="0"
          y1="6"
          x2="22"
          y2="6"
          style={{ stroke: ink }}
          strokeWidth="2"
          strokeDasharray={dashes[mark].join(" ")}
        />
      </svg>
    );
  return (
    <svg aria-hidden width="12" height="12" className="shrink-0" style={{ stroke: ink, fill: ink }}>
      <rect x="0.5" y="0.5" width="11" height="11" fillOpacity={mark === "solid" ? 1 : 0} />
      {mark === "striped" && <path d="M0 8 8 0M4 12 12 4" />}
      {mark === "crossed" && <path d="M0 8 8 0M4 12 12 4M4 0 12 8M0 4 8 12" />}
      {mark === "dotted" && <path d="M3 3h2M7 3h2M3 7h2M7 7h2M5 5h2M5 9h2" strokeWidth="2" />}
    </svg>
  );
}
