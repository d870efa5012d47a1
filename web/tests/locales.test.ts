/** Both languages say everything, in ICU that parses, with the same arguments. */
import { parse, TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import adminEl from "../shared/locales/admin.el.json";
import adminEn from "../shared/locales/admin.en.json";
import el from "../shared/locales/el.json";
import en from "../shared/locales/en.json";
import importEl from "../shared/locales/import.el.json";
import importEn from "../shared/locales/import.en.json";
import locateEl from "../shared/locales/locate.el.json";
import locateEn from "../shared/locales/locate.en.json";

type Texts = Record<string, string>;
/** The texts of all pages, then those that only one page loads. */
const files: Record<string, { en: Texts; el: Texts }> = {
  shared: { en, el },
  admin: { en: adminEn, el: adminEl },
  import: { en: importEn, el: importEl },
  locate: { en: locateEn, el: locateEl },
};
const all = {
  en: { ...en, ...adminEn, ...importEn, ...locateEn } as Texts,
  el: { ...el, ...adminEl, ...importEl, ...locateEl } as Texts,
};

function args(elements: MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.literal || element.type === TYPE.pound) return [];
    const inside = "options" in element ? Object.values(element.options).flatMap((option) => args(option.value)) : [];
    return [element.value, ...inside];
  });
}

const argsOf = (message: string): string[] => [...new Set(args(parse(message)))].sort();

function sources(): string {
  const folders = ["planner", "field", "review", "import", "locate", "admin", "shared", "shared/login", "shared/map"];
  return folders
    .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
    .filter((name) => /\.(svelte|ts)$/.test(name))
    .map((name) => readFileSync(name, "utf8"))
    .join("\n");
}

describe("locales", () => {
  it.each(Object.keys(files))("hold the same keys: %s", (name) => {
    expect(Object.keys(files[name]!.el)).toEqual(Object.keys(files[name]!.en));
  });

  it("name each key once, whichever page loads it", () => {
    const names = Object.values(files).flatMap((one) => Object.keys(one.en));
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it.each(Object.keys(all.en))("%s takes the same arguments in both", (key) => {
    expect(argsOf(all.el[key]!)).toEqual(argsOf(all.en[key]!));
  });

  it("have Greek plurals of both kinds wherever English has them", () => {
    const wanting = Object.keys(all.en).filter(
      (key) => (all.en[key]!.match(/plural,/g) ?? []).length !== (all.el[key]!.match(/plural,/g) ?? []).length,
    );
    expect(wanting).toEqual([]);
  });

  it("hold no key that no page uses", () => {
    const code = sources();
    const built = [...code.matchAll(/`([a-z_.]+)\$\{/g)].map((match) => match[1]!);
    const unused = Object.keys(all.en).filter(
      (key) => !code.includes(`"${key}"`) && !built.some((stem) => key.startsWith(stem)),
    );
    expect(unused).toEqual([]);
  });

  it("leave no Latin sentence in Greek", () => {
    // Names of forms and products, and examples that are typed as they stand.
    const allowed =
      /\b(t|PDF|HTML|Enter|Shift|Esc|needsmap|analyse|plural|one|other|number|count|CSV|XLSX|ODS|GeoJSON|GeoPackage|Shapefile|HSDS|JSON|MB|most|done|removed|restored|kept)\b|\{\w+|#|[0-9a-f]+(-[0-9a-f]+){4}/g;
    const latin = Object.entries(all.el).filter(([, message]) => /[a-z]{2,}/i.test(message.replace(allowed, "")));
    expect(latin).toEqual([]);
  });
});
