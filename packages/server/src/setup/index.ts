export { setSetupAside } from "./set-aside.ts";
export { OUTPUT_CAP, runCommand, type SetUp, type SetupWatch, setUp, setupCommands, tail } from "./set-up.ts";
