import { HarnessError } from "@harness/protocol";
import type { FastifyInstance } from "fastify";

interface Known {
  readonly method: string;
  readonly pattern: RegExp;
}

/** Every route of the server, to say of a request that met none whether the path or only the method is wrong. */
export class RouteTable {
  readonly #routes: Known[] = [];

  /** Reads along: every route added to `app` from now on is in the table. */
  constructor(app: FastifyInstance) {
    app.addHook("onRoute", ({ method, url }) => {
      const pattern = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/:\w+/g, "[^/]+")}$`);
      for (const one of [method].flat()) this.#routes.push({ method: one, pattern });
    });
  }

  /** The refusal of a request no route takes. */
  refusal(method: string, url: string): HarnessError {
    const path = url.split("?", 1)[0]!;
    const allowed = this.#routes.filter(({ pattern }) => pattern.test(path)).map((route) => route.method);
    const shown = path.slice(0, 200);
    if (allowed.length === 0 || allowed.includes(method))
      return new HarnessError(
        "route_not_found",
        `There is no ${method} ${shown}. GET /openapi.json lists every route.`,
      );
    return new HarnessError("method_not_allowed", `${shown} does not take ${method}.`, {
      allowed: [...new Set(allowed)],
    });
  }
}
