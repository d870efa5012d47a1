/** Starts a page: fonts and base styles, language, then the page's own component. */
import "@fontsource-variable/commissioner/wght.css";
import "./base.css";
import { mount, type Component } from "svelte";
import type { Lang } from "./api";
import { addTexts, initialLang, setLang } from "./i18n.svelte";

/** Mounts `App` into the page's #app element, with the page's own texts. Throws when there is none. */
export function start(App: Component, texts?: Record<Lang, Record<string, string>>): void {
  const target = document.getElementById("app");
  if (!target) throw new Error("the page has no #app element");
  if (texts) addTexts(texts);
  setLang(initialLang(location.search, navigator.languages));
  mount(App, { target });
}
