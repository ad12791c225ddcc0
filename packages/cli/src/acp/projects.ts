import { RequestError } from "@agentclientprotocol/sdk";
import type { Client } from "../connection.ts";
import { hasCode } from "../failure.ts";
import { repositoryRoot } from "../repository.ts";

/**
 * The registered project of a directory. One that is not registered is registered as detection proposes it, where that
 * is allowed; what the repository itself configures does not count before a person approved it.
 */
export async function projectOf(client: Client, cwd: string, register: boolean): Promise<string> {
  const root = repositoryRoot(cwd);
  if (root === undefined)
    throw RequestError.invalidParams({ cwd }, `${cwd} is not in a git repository; open one`);
  try {
    return (await client.call("project/get", { project: root })).name;
  } catch (error) {
    if (!hasCode(error, "project_not_found")) throw error;
  }
  if (!register)
    throw RequestError.invalidParams(
      { cwd },
      `${root} is not a project of Harness. Register it with: harness project add ${root} (or start harness acp --register)`,
    );
  const { name } = await client.call("project/detect", { root });
  return (await client.call("project/create", { id: name, root })).name;
}
