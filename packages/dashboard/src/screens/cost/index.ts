export { CostScreen } from "./cost-screen.tsx";
