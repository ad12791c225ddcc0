import { HarnessError } from "@harness/protocol";
import { Credentials } from "./access/index.ts";
import { AppLife } from "./app-life.ts";
import { buildBoxes, type Edge } from "./build-boxes.ts";
import { type AppOptions, openGround } from "./ground.ts";

export type { AppOptions } from "./ground.ts";

/** Everything of a server except its transports. */
export type App = Awaited<ReturnType<typeof createApp>>;

/**
 * Builds every box once. Nothing runs and nothing is claimed before `start`; `stop` drains and closes in the
 * opposite order.
 */
export async function createApp(options: AppOptions) {
  const ground = await openGround(options);
  const credentials = await Credentials.open(ground).catch(async (error: unknown) => {
    await ground.close();
    throw error;
  });
  const { config } = ground.loaded;
  const edge = { ...NO_EDGE };
  const boxes = buildBoxes(ground, options, credentials, {
    loginCode: () => edge.loginCode(),
    clients: () => edge.clients(),
  });
  const { operations, invoker, orchestrator, conversations, notifier } = boxes;
  const life = new AppLife(ground, boxes, credentials, options);
  return {
    ...ground,
    credentials,
    invoker,
    operations,
    orchestrator,
    conversations,
    notifier,
    /** The HTTP edge, once it exists, hands out login codes and tells who listens. */
    useEdge: (http: Edge) => void Object.assign(edge, http),
    /** Links in notifications lead to the address the server listens on, unless the operator named another. */
    useAddress: (url: string) => {
      if (config.notify.link_base === null) notifier.linkBase = url;
      operations.turns.tokens.url = url;
    },
    start: () => life.start(),
    stop: (...how: Parameters<AppLife["stop"]>) => life.stop(...how),
  };
}

/** Of a server nothing can reach. */
const NO_EDGE: Edge = {
  clients: () => ({ streams: 0, sockets: 0 }),
  loginCode: () => {
    throw new HarnessError(
      "capability_missing",
      "Nothing listens on an address here, so there is no page to log in to. harness up starts what does.",
    );
  },
};
