import type { ClientOptions, Socket } from "../../src/index.ts";

/** A `fetch` whose streams break. */
export interface CuttingFetch {
  readonly fetch: typeof fetch;
  /** How often a stream broke so far. */
  readonly cuts: number;
}

/**
 * Breaks every stream after a random number of bytes, in the middle of whatever is there: with an error, as a clean
 * end, or by not letting it begin at all. After `most` cuts it leaves the streams alone.
 */
export function cuttingFetch(random: () => number, most: number): CuttingFetch {
  let cuts = 0;
  const stood = new Set<string>();
  const cutting: typeof fetch = async (input, init) => {
    const url = String(input);
    if (!/\/(stream|events)\b/.test(url) || cuts >= most) return fetch(input, init);
    if (stood.has(url) && random() < 0.1) {
      cuts += 1;
      throw new TypeError("cut before it stood");
    }
    const response = await fetch(input, init);
    stood.add(url);
    // Mostly less than one frame, at times more than the largest: it must come on.
    let left = Math.ceil(random() ** 4 * 2500);
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, left));
        left -= chunk.length;
        if (left > 0) return;
        cuts += 1;
        if (random() < 0.5) controller.error(new TypeError("cut"));
        else controller.terminate();
      },
    });
    const { status, headers } = response;
    return new Response(response.body?.pipeThrough(cut), { status, headers });
  };
  return {
    fetch: cutting,
    get cuts() {
      return cuts;
    },
  };
}

/** Random numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Opens sockets that break after a random number of messages; what comes later is not heard. */
export function cuttingSockets(random: () => number): NonNullable<ClientOptions["openSocket"]> {
  const Platform = WebSocket as unknown as new (url: string, options: object) => Socket;
  return (url, headers) => {
    const socket = new Platform(url, { headers });
    let left = 1 + Math.floor(random() * 40);
    return {
      send: (text) => socket.send(text),
      close: () => socket.close(),
      addEventListener: (type, listener) =>
        socket.addEventListener(type, (event) => {
          if (type !== "message") return listener(event);
          left -= 1;
          if (left >= 0) listener(event);
          if (left === 0) socket.close();
        }),
    };
  };
}
