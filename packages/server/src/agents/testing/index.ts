export { agentContract } from "./contract.ts";
export { contractScenario, contractWords } from "./contract-scenario.ts";
export { type ContractCase, type ContractSubject, contractCanary } from "./contract-turn.ts";
export { GarblingRunner } from "./garbling-runner.ts";
export { readScenario, Scenario, type ScenarioInput } from "./scenario.ts";
export { demoScenario } from "./scenarios/demo.ts";
export { scriptedFetch } from "./scripted-fetch.ts";
export {
  type RecordedRequest,
  type ScriptedModel,
  type ScriptedModelOptions,
  startScriptedModel,
} from "./scripted-model.ts";
