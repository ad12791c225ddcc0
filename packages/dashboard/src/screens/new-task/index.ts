export { NewTaskScreen } from "./new-task-screen.tsx";
