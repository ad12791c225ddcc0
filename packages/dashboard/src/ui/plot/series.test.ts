import { describe, expect, it } from "vitest";
import { columnsOf, type PlotSeries, shownLabels } from "./series.ts";
import { units } from "./units.ts";

const series = (name: string, values: readonly (number | null)[]): PlotSeries => ({
  name,
  colour: "accent",
  mark: "solid",
  values,
});

describe("what is drawn", () => {
  it("stands on each other as bars, the highest drawn first", () => {
    const drawn = columnsOf([series("done", [2, 0, null]), series("failed", [1, 3, null])], "bars");
    expect(drawn.map(({ series: { name }, values }) => [name, values])).toEqual([
      ["failed", [3, 3, null]],
      ["done", [2, null, null]],
    ]);
  });

  it("is what it is as lines, with its gaps", () => {
    expect(columnsOf([series("median", [1, null, 0])], "lines")[0]?.values).toEqual([1, null, 0]);
  });
});

describe("labels", () => {
  it("are all shown where they fit, and the newest always", () => {
    expect(shownLabels(3, 300, 50)).toEqual([0, 1, 2]);
    expect(shownLabels(7, 150, 50)).toEqual([0, 3, 6]);
    expect(shownLabels(90, 0, 50).at(-1)).toBe(89);
    expect(shownLabels(0, 100, 50)).toEqual([]);
  });
});

describe("units", () => {
  it("say a value as people do, and step as they count", () => {
    expect(units.money.say(1.5)).toBe("$1.50");
    expect(units.time.say(90_000)).toBe("1 min 30 s");
    expect(units.share.say(0.5)).toBe("50 %");
    expect(units.count.say(12)).toBe("12");
    expect(units.count.steps?.[0]).toBe(1);
  });
});
