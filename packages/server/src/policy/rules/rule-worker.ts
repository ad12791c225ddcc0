import { parentPort, workerData } from "node:worker_threads";
import { type RuleSource, readSource } from "./read-source.ts";

// The other side wrote this message itself: it crossed no boundary of trust.
const sources: readonly RuleSource[] = workerData;
parentPort?.postMessage(await Promise.all(sources.map(readSource)));
