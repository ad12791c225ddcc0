/** Resolves after some time, or as soon as nobody wants to wait for it. */
export function waited(ms: number, hurry: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
    if (hurry?.aborted) resolve();
    hurry?.addEventListener("abort", () => resolve(), { once: true });
  });
}
