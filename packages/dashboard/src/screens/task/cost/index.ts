export { CostView } from "./cost-view.tsx";
