export { ConversationScreen } from "./conversation-screen.tsx";
