/** Waits for something that may take as long as a person takes; rejects with the signal's reason when it fires first. */
export async function unlessAborted<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([awaited, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
