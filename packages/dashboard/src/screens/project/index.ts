export { ProjectScreen } from "./project-screen.tsx";
