import { createServer } from "node:http";
import { startPostgresServer } from "./postgres.ts";

/**
 * Opens the door behind which the shared Postgres of this test run stands. The server itself starts at the first
 * knock, so a run without database tests does not pay for it; it ends with the run.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env["HARNESS_TEST_POSTGRES"]) return async () => {};
  let server: ReturnType<typeof startPostgresServer> | undefined;
  const door = createServer((_request, response) => {
    server ??= startPostgresServer();
    server.then(
      ({ adminUrl }) => response.end(adminUrl),
      (error: unknown) => {
        response.statusCode = 500;
        response.end(error instanceof Error ? error.message : String(error));
      },
    );
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  const address = door.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  process.env["HARNESS_TEST_POSTGRES"] = `http://127.0.0.1:${address.port}/`;
  return async () => {
    await new Promise((resolve) => door.close(resolve));
    await (await server?.catch(() => undefined))?.stop();
  };
}
