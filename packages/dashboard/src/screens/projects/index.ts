export { ProjectsScreen } from "./projects-screen.tsx";
