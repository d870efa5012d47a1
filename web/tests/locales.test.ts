/** Both languages say everything, in ICU that parses, with the same arguments. */
import { parse, TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import el from "../shared/locales/el.json";
import en from "../shared/locales/en.json";

const locales: Record<string, Record<string, string>> = { en, el };

function args(elements: MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.literal || element.type === TYPE.pound) return [];
    const inside = "options" in element ? Object.values(element.options).flatMap((option) => args(option.value)) : [];
    return [element.value, ...inside];
  });
}

const argsOf = (message: string): string[] => [...new Set(args(parse(message)))].sort();

function sources(): string {
  const folders = ["planner", "field", "review", "admin", "shared", "shared/map"];
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));
  return files
    .filter((name) => /\.(svelte|ts)$/.test(name))
    .map((name) => readFileSync(name, "utf8"))
    .join("\n");
}

describe("locales", () => {
  it("hold the same keys", () => {
    expect(Object.keys(el)).toEqual(Object.keys(en));
  });

  it.each(Object.keys(en))("%s takes the same arguments in both", (key) => {
    expect(argsOf(locales["el"]![key]!)).toEqual(argsOf(locales["en"]![key]!));
  });

  it("hold no key that no page uses", () => {
    const code = sources();
    const built = [...code.matchAll(/`([a-z_.]+)\$\{/g)].map((match) => match[1]!);
    const unused = Object.keys(en).filter((key) => !code.includes(`"${key}"`) && !built.some((stem) => key.startsWith(stem)));
    expect(unused).toEqual([]);
  });

  it("leave no Latin sentence in Greek", () => {
    const allowed = /\b(t|PDF|HTML|Enter|needsmap|analyse|plural|one|other|number|count)\b|\{\w+|#/g;
    const latin = Object.entries(el).filter(([, message]) => /[a-z]{2,}/i.test(message.replace(allowed, "")));
    expect(latin).toEqual([]);
  });
});
