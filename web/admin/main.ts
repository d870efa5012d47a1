/** Entry of the admin page. */
import el from "../shared/locales/admin.el.json";
import en from "../shared/locales/admin.en.json";
import { start } from "../shared/start";
import App from "./App.svelte";

start(App, { en, el });
