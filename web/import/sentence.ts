/** What the server says of a row or a file, begun with a capital as a sentence of its own. */
import { lang } from "../shared/i18n.svelte";

export function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase(lang()) + text.slice(1);
}
