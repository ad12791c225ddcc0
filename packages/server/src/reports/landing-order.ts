/** A branch that could land, with those of the same lot its task was started from. */
export interface LandingBranch {
  readonly id: string;
  readonly depends_on: readonly string[];
}

/** What trying to land a branch on everything that landed before it gave. */
export type LandingTry =
  | { readonly status: "landed" }
  | { readonly status: "conflicts"; readonly files: readonly string[] }
  | { readonly status: "unknown"; readonly why: string };

/** One place in the order. `with` names the landed branches it conflicts with, or the dependency that cannot land. */
export type LandingPlace = { readonly id: string; readonly with: readonly string[] } & (
  | LandingTry
  | { readonly status: "after_dependency" }
);

/**
 * An order in which as many branches as possible land one after the other. A branch comes after those it depends on;
 * of the ones that may be next, the one is taken that conflicts with the fewest others still to come, so that what is
 * taken keeps the most others possible. One that conflicts with a landed branch comes after all that do not. Each is
 * tried on what landed before: three branches may only conflict together. The same branches give the same order.
 */
export async function landingOrder(
  branches: readonly LandingBranch[],
  conflicts: (a: string, b: string) => boolean,
  tryToLand: (id: string) => Promise<LandingTry>,
): Promise<LandingPlace[]> {
  const left = new Map(branches.map((branch) => [branch.id, branch]));
  const landed: string[] = [];
  const places: LandingPlace[] = [];
  const stuck = new Set<string>();
  while (left.size > 0) {
    const next = pick(left, landed, conflicts);
    left.delete(next.id);
    const held = next.depends_on.filter((id) => stuck.has(id));
    if (held.length > 0) {
      places.push({ id: next.id, with: held, status: "after_dependency" });
      stuck.add(next.id);
      continue;
    }
    const tried = await tryToLand(next.id);
    const against = tried.status === "landed" ? [] : landed.filter((id) => conflicts(next.id, id));
    places.push({ id: next.id, with: against, ...tried });
    if (tried.status === "landed") landed.push(next.id);
    else stuck.add(next.id);
  }
  return places;
}

function pick(
  left: ReadonlyMap<string, LandingBranch>,
  landed: readonly string[],
  conflicts: (a: string, b: string) => boolean,
): LandingBranch {
  const all = [...left.values()];
  const free = all.filter((branch) => !branch.depends_on.some((id) => left.has(id) && id !== branch.id));
  const weighed = (free.length > 0 ? free : all).map((branch) => ({
    branch,
    spoiled: landed.some((id) => conflicts(branch.id, id)) ? 1 : 0,
    degree: all.filter((other) => other.id !== branch.id && conflicts(branch.id, other.id)).length,
  }));
  weighed.sort(
    (a, b) => a.spoiled - b.spoiled || a.degree - b.degree || (a.branch.id < b.branch.id ? -1 : 1),
  );
  return weighed[0]!.branch;
}
