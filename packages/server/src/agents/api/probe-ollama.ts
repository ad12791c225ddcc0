import { z } from "zod";
import type { AgentProbe } from "../port.ts";
import type { ApiEndpoint } from "./provider.ts";
import type { Fetch } from "./traffic.ts";

const PROBE_MS = 3_000;
const Tags = z.looseObject({ models: z.array(z.looseObject({ name: z.string() })) });

/** Asks an Ollama which models it has. One that does not answer, or has not the model, says what to do. */
export async function probeOllama(
  ask: Fetch,
  endpoint: ApiEndpoint,
  wanted: string | undefined,
): Promise<AgentProbe> {
  const base = endpoint.base_url.replace(/\/+$/, "").replace(/\/api$/, "");
  const found = await modelsOf(ask, `${base}/api/tags`).catch(() => undefined);
  if (found === undefined) {
    const problem = `Ollama does not answer at ${base}.`;
    const models = wanted === undefined ? [] : [wanted];
    return {
      installed: false,
      version: null,
      logged_in: "unknown",
      models,
      problem,
      fix: "Start it: ollama serve",
    };
  }
  const rest = found.filter((name) => name !== wanted);
  const there = wanted !== undefined && (found.includes(wanted) || found.includes(`${wanted}:latest`));
  const models = there ? [wanted, ...rest] : rest;
  const base_probe = { installed: true, version: null, logged_in: true, models } as const;
  if (wanted === undefined)
    return { ...base_probe, problem: "No model is set for Ollama.", fix: "Set its default_model." };
  if (there) return base_probe;
  return {
    ...base_probe,
    problem: `Ollama does not have the model ${wanted}.`,
    fix: `Get it: ollama pull ${wanted}`,
  };
}

async function modelsOf(ask: Fetch, url: string): Promise<string[]> {
  const response = await ask(url, { signal: AbortSignal.timeout(PROBE_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return Tags.parse(await response.json()).models.map(({ name }) => name);
}
