/** Longest work on what comes in before the page gets its turn (milliseconds). */
const SLICE_MS = 8;
/** How long to rest before something that broke is tried again (milliseconds). */
const RETRY_MS = 1_000;

/** Resolves after this long (milliseconds); 0 lets the page have its turn. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What a source yields, however fast: the page keeps its turn, what is not read yet waits where it comes from. */
export async function* givingTurns<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  let since = performance.now();
  for await (const one of source) {
    yield one;
    if (performance.now() - since < SLICE_MS) continue;
    await pause(0);
    since = performance.now();
  }
}

/** Follows until it comes to its end, the signal aborts, or `refused` says of an error that it is final; tells of each error. */
export async function followUntilOver(
  signal: AbortSignal,
  follow: () => Promise<void>,
  refused: (error: unknown) => boolean,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await follow();
      return;
    } catch (error) {
      if (signal.aborted || refused(error)) return;
    }
    await pause(RETRY_MS);
  }
}
