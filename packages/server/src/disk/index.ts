export { type Cleaning, DiskKeeper, describeCleaning } from "./disk-keeper.ts";
export { touchCache } from "./spares.ts";
export type { Spare } from "./what-goes.ts";
export { workspacesInUse } from "./workspaces-in-use.ts";
