import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LandingBranch, landingOrder } from "./landing-order.ts";

/** Branches that conflict in pairs only, landed one after the other. */
async function order(branches: readonly LandingBranch[], pairs: readonly (readonly [string, string])[]) {
  const conflicts = (a: string, b: string) =>
    pairs.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
  const landed: string[] = [];
  return landingOrder(branches, conflicts, async (id) => {
    if (landed.some((other) => conflicts(id, other))) return { status: "conflicts", files: ["a.ts"] };
    landed.push(id);
    return { status: "landed" };
  });
}

const named = (...ids: string[]): LandingBranch[] => ids.map((id) => ({ id, depends_on: [] }));
const told = (places: Awaited<ReturnType<typeof order>>) =>
  places.map(({ id, status, with: others }) => `${id} ${status}${others.length > 0 ? ` ${others}` : ""}`);

describe("the landing order", () => {
  it("takes the branch that spoils the fewest others first [req:report.landing-order]", async () => {
    const places = await order(named("hub", "x", "y", "z"), [
      ["hub", "x"],
      ["hub", "y"],
      ["hub", "z"],
    ]);
    expect(told(places)).toEqual(["x landed", "y landed", "z landed", "hub conflicts x,y,z"]);
  });

  it("puts a dependency before what was built on it, and holds that back when it cannot land [req:report.landing-order]", async () => {
    const branches = [
      { id: "a", depends_on: ["c"] },
      { id: "b", depends_on: [] },
      { id: "c", depends_on: [] },
    ];
    expect(told(await order(branches, []))).toEqual(["b landed", "c landed", "a landed"]);
    expect(told(await order(branches, [["b", "c"]]))).toEqual([
      "b landed",
      "c conflicts b",
      "a after_dependency c",
    ]);
  });

  it("believes the trial and not the pairs: three may only conflict together [req:report.landing-simulated]", async () => {
    const landed: string[] = [];
    const places = await landingOrder(
      named("a", "b", "c"),
      () => false,
      async (id) => {
        if (landed.length === 2) return { status: "conflicts", files: ["x"] };
        landed.push(id);
        return { status: "landed" };
      },
    );
    expect(told(places)).toEqual(["a landed", "b landed", "c conflicts"]);
  });

  it("holds every branch once, dependencies first, and lands all that can land together with what landed [req:report.landing-properties]", async () => {
    const graph = fc.integer({ min: 2, max: 14 }).chain((size) => {
      const id = fc.integer({ min: 0, max: size - 1 });
      return fc.record({
        size: fc.constant(size),
        pairs: fc.array(
          fc.tuple(id, id).filter(([a, b]) => a !== b),
          { maxLength: 30 },
        ),
        // A task depends on earlier ones only.
        links: fc.array(
          fc.tuple(id, id).filter(([a, b]) => a > b),
          { maxLength: 8 },
        ),
        shuffle: fc.array(fc.nat(), { minLength: size, maxLength: size }),
      });
    });
    await fc.assert(
      fc.asyncProperty(graph, async ({ size, pairs, links, shuffle }) => {
        const name = (n: number) => `t${String(n).padStart(2, "0")}`;
        const branches = Array.from({ length: size }, (_, n) => ({
          id: name(n),
          depends_on: links.filter(([from]) => from === n).map(([, to]) => name(to)),
        }));
        const named = pairs.map(([a, b]) => [name(a), name(b)] as const);
        const places = await order(branches, named);
        const ids = places.map(({ id }) => id);
        expect([...ids].sort()).toEqual(branches.map(({ id }) => id));
        const landed = places.filter(({ status }) => status === "landed").map(({ id }) => id);
        for (const { id, depends_on } of branches)
          for (const before of depends_on) {
            expect(ids.indexOf(before)).toBeLessThan(ids.indexOf(id));
            if (landed.includes(id)) expect(landed).toContain(before);
          }
        const clash = (a: string, b: string) =>
          named.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
        for (const a of landed) for (const b of landed) expect(a !== b && clash(a, b)).toBe(false);
        for (const place of places) {
          if (place.status === "conflicts") expect(landed.some((id) => clash(id, place.id))).toBe(true);
        }
        const mixed = branches
          .map((branch, at) => ({ branch, at: shuffle[at] ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ branch }) => branch);
        expect(told(await order(mixed, named))).toEqual(told(places));
      }),
      { numRuns: 100 },
    );
  });
});
