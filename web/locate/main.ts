/** Entry of the page of addresses. */
import el from "../shared/locales/locate.el.json";
import en from "../shared/locales/locate.en.json";
import { start } from "../shared/start";
import App from "./App.svelte";

start(App, { en, el });
