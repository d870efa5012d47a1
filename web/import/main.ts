/** Entry of the import page. */
import el from "../shared/locales/import.el.json";
import en from "../shared/locales/import.en.json";
import { start } from "../shared/start";
import App from "./App.svelte";

start(App, { en, el });
