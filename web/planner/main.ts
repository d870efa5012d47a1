/** Entry of the planner page. */
import { start } from "../shared/start";
import App from "./App.svelte";

start(App);
