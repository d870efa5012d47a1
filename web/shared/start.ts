/** Starts a page: fonts and base styles, language, then the page's own component. */
import "@fontsource-variable/commissioner/wght.css";
import "./base.css";
import { mount, type Component } from "svelte";
import { initialLang, setLang } from "./i18n.svelte";

/** Mounts `App` into the page's #app element. Throws when the page has none. */
export function start(App: Component): void {
  const target = document.getElementById("app");
  if (!target) throw new Error("the page has no #app element");
  setLang(initialLang(location.search, navigator.languages));
  mount(App, { target });
}
