/** Language of the interface: texts with ICU plurals, dates and collation, switched without reload. */
import i18next from "i18next";
import ICU from "i18next-icu";
import { LANGS, type Lang, type Text } from "./api";
import type adminEn from "./locales/admin.en.json";
import el from "./locales/el.json";
import en from "./locales/en.json";
import type importEn from "./locales/import.en.json";
import type locateEn from "./locales/locate.en.json";

export type Key = keyof typeof en | keyof typeof adminEn | keyof typeof importEn | keyof typeof locateEn;

const STORED = "needsmap.lang";
const state = $state<{ lang: Lang }>({ lang: "en" });

void i18next.use(ICU).init({
  lng: "en",
  fallbackLng: false,
  supportedLngs: [...LANGS],
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  showSupportNotice: false,
  resources: { en: { translation: en }, el: { translation: el } },
} as Parameters<typeof i18next.init>[0]);

/** Adds a page's own texts; the other pages need not load them. */
export function addTexts(texts: Record<Lang, Record<string, string>>): void {
  for (const code of LANGS) i18next.addResourceBundle(code, "translation", texts[code]);
}

export function isLang(value: string | null | undefined): value is Lang {
  return LANGS.some((lang) => lang === value);
}

/** Language from the address, else the one last chosen here, else the browser's, else English. */
export function initialLang(search: string, preferred: readonly string[]): Lang {
  const asked = new URLSearchParams(search).get("lang");
  if (isLang(asked)) return asked;
  const stored = localStorage.getItem(STORED);
  if (isLang(stored)) return stored;
  return preferred.map((tag) => tag.slice(0, 2)).find(isLang) ?? "en";
}

export function lang(): Lang {
  return state.lang;
}

/** Switches the language of the page and remembers it on this device. */
export function setLang(next: Lang): void {
  state.lang = next;
  document.documentElement.lang = next;
  localStorage.setItem(STORED, next);
}

/** The text of a key in the current language; `values` fill its ICU arguments. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return i18next.getFixedT(state.lang)(key, values);
}

/** The current language's side of a text that came from the server. */
export function local(text: Text): string {
  return text[state.lang];
}

/** A moment for people: date with month name (never ambiguous) and time. */
export function dateTime(iso: string): string {
  return new Intl.DateTimeFormat(state.lang, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

export function timeOfDay(iso: string): string {
  return new Intl.DateTimeFormat(state.lang, { timeStyle: "short" }).format(new Date(iso));
}

/** A day ('2021-10-22') with the month's name. */
export function day(iso: string): string {
  return new Intl.DateTimeFormat(state.lang, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(iso));
}

/** '2026-10' as a month with its name; years and anything else stay as they are. */
export function period(text: string): string {
  const match = /^(\d{4})-(\d{2})$/.exec(text);
  if (!match) return text;
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, 1));
  return new Intl.DateTimeFormat(state.lang, { month: "long", year: "numeric", timeZone: "UTC" }).format(date);
}

export function byName<T extends { names: Text }>(a: T, b: T): number {
  return new Intl.Collator(state.lang).compare(a.names[state.lang], b.names[state.lang]);
}

/** Letters without accents or case, for searching: 'Αθήνα' is found by 'αθηνα'. */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ς", "σ");
}
