/** The best of what matched, and how many did in all. */
export interface Matched {
  readonly paths: readonly string[];
  readonly total: number;
}

/**
 * The paths whose letters hold those of the query in its order, the best first: whole names before their beginnings,
 * those before parts of names, of folders and scattered letters; then what lies closest together; then the short ones.
 * Blanks and case do not count. Looks at each path once, and keeps no more than `most`.
 */
export function matchPaths(paths: readonly string[], query: string, most: number): Matched {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, "");
  if (wanted === "") return { paths: paths.slice(0, most), total: paths.length };
  const best: { readonly path: string; readonly cost: number }[] = [];
  let total = 0;
  for (const path of paths) {
    const cost = costOf(path.toLowerCase(), wanted);
    if (cost === undefined) continue;
    total += 1;
    if (best.length === most && cost >= best.at(-1)!.cost) continue;
    let at = best.length;
    while (at > 0 && best[at - 1]!.cost > cost) at -= 1;
    best.splice(at, 0, { path, cost });
    if (best.length > most) best.pop();
  }
  return { paths: best.map(({ path }) => path), total };
}

/** Longer than any path: what separates the kinds of matches, and the width of one from the length of its path. */
const FAR = 100_000;

/** How far a path is from what is wanted; undefined when its letters do not hold it. */
function costOf(path: string, wanted: string): number | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const of = (kind: number, width: number) => (kind * FAR + width) * FAR + path.length;
  if (name === wanted) return of(0, 0);
  if (name.startsWith(wanted)) return of(1, 0);
  if (name.includes(wanted)) return of(2, 0);
  if (path.includes(wanted)) return of(3, 0);
  const inName = widthOf(name, wanted);
  if (inName !== undefined) return of(4, inName);
  const inPath = widthOf(path, wanted);
  return inPath === undefined ? undefined : of(5, inPath);
}

/** How far apart the letters lie that match last: found from the end, as names matter more than folders. */
function widthOf(text: string, wanted: string): number | undefined {
  let at = text.length;
  let last = 0;
  for (let i = wanted.length - 1; i >= 0; i -= 1) {
    at = at === 0 ? -1 : text.lastIndexOf(wanted[i]!, at - 1);
    if (at === -1) return undefined;
    if (i === wanted.length - 1) last = at;
  }
  return last - at;
}
