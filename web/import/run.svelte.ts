/** One import from the chosen file to its result; what is shown is what the server last said. */
import { Problem } from "../shared/client";
import { lang } from "../shared/i18n.svelte";
import * as calls from "./calls";
import { fieldsOf } from "./fields";
import { begin, chosen, columnsOf, lacking, leaveOut, type Choice, type Choices } from "./mapping";
import type { Column, Import, Mapping, Mode, Tried } from "./shapes";

export const STEPS = ["file", "columns", "check", "import"] as const;
export type Step = (typeof STEPS)[number];

const EVERY_MS = 1_000;

export class ImportRun {
  id: string | null = $state(null);
  fileName = $state("");
  /** How the file reads, while nothing of it is written. */
  tried: Tried | null = $state.raw(null);
  /** How far the import is, once it was begun. */
  begun: Import | null = $state.raw(null);
  columns: Column[] = $state.raw([]);
  choices: Choices = $state.raw({});
  constants: Record<string, string> = $state.raw({});
  failure: unknown = $state.raw(null);
  /** Share of the file that is sent, while it is. */
  sending: number | null = $state(null);
  busy = $state(false);
  #checked = $state(false);
  #stop: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly register = $derived(this.begun?.register ?? this.tried?.register ?? "");
  readonly fields = $derived(fieldsOf(this.register));
  readonly lacks = $derived(lacking(this.register, this.choices, this.fields, this.constants));
  readonly step: Step = $derived.by(() => {
    if (this.begun) return "import";
    if (!this.tried) return "file";
    return this.#checked ? "check" : "columns";
  });

  /** Sends a file; the answer is how the server reads it and what it takes the columns for. */
  async send(file: File, register: string): Promise<void> {
    const stop = (this.#stop = new AbortController());
    const told = (share: number): void => void (this.sending = share);
    this.sending = 0;
    await this.#try(async () => {
      const tried = await calls.send(file, register, lang(), told, stop.signal);
      this.fileName = file.name;
      this.#read(tried);
    });
    this.sending = null;
  }

  /** Stops sending the file; nothing of it stays. */
  stopSending(): void {
    this.#stop?.abort();
  }

  /** Goes on with an import that was handed in before: after a reload, or from the list. */
  async open(id: string): Promise<void> {
    await this.#try(async () => {
      const found = await calls.read(id);
      this.fileName = found.file_name;
      if (found.state === "waiting") this.#read(await calls.map(id, found.mapping, lang()));
      else this.#follow(found);
    });
  }

  /** The same findings in the language now chosen. */
  async reread(): Promise<void> {
    const { id, tried } = this;
    if (!id || !tried || this.begun || this.busy) return;
    await this.#try(async () => {
      const found = await calls.map(id, tried.mapping, lang());
      if (this.id === id) this.tried = found;
    });
  }

  /** Reads the file another way: another encoding, delimiter, sheet or header. */
  async readAs(reading: Partial<Mapping>): Promise<void> {
    const { id, tried } = this;
    if (!id || !tried) return;
    const { header_rows, skip: _skip, ...rest }: Mapping = { ...tried.mapping, ...reading, columns: {} };
    const mapping = header_rows?.length ? { ...rest, header_rows } : rest;
    await this.#try(async () => this.#read(await calls.map(id, mapping, lang())));
  }

  choose(column: string, choice: Choice): void {
    this.choices = { ...this.choices, [column]: choice };
  }

  setForAll(field: string, value: string): void {
    this.constants = { ...this.constants, [field]: value };
  }

  /** Checks all rows with the columns as chosen; undecided ones are left out, as the button says. */
  async check(): Promise<void> {
    const { id, tried } = this;
    if (!id || !tried) return;
    const decided = leaveOut(this.choices);
    await this.#try(async () => {
      this.tried = await calls.map(id, chosen(tried.mapping, decided, this.constants), lang());
      this.choices = decided;
      this.#checked = true;
    });
  }

  /** Checks again with words of the file given a meaning: field -> word -> code. */
  async translate(meanings: Record<string, Record<string, string>>): Promise<void> {
    const { id, tried } = this;
    if (!id || !tried) return;
    const values = { ...tried.mapping.values };
    for (const [field, words] of Object.entries(meanings)) values[field] = { ...values[field], ...words };
    await this.#try(async () => void (this.tried = await calls.map(id, { ...tried.mapping, values }, lang())));
  }

  backToColumns(): void {
    this.#checked = false;
    this.failure = null;
  }

  async start(mode: Mode): Promise<void> {
    const id = this.id;
    if (id) await this.#try(async () => this.#follow(await calls.start(id, mode, lang())));
  }

  async cancel(): Promise<void> {
    await this.#then((id) => calls.cancel(id));
  }

  async undo(): Promise<void> {
    await this.#then((id) => calls.undo(id));
  }

  /** Another file. One that was only looked at is dropped: the server need not keep it. */
  async again(): Promise<void> {
    const { id, begun } = this;
    this.#clear();
    if (!id || begun) return;
    await this.#try(async () => {
      await calls.cancel(id);
    });
  }

  /** Looks no more; for when the page goes. */
  rest(): void {
    clearTimeout(this.#timer);
  }

  /** Forgets the import here; on the server it stays as it is. */
  leave(): void {
    this.#clear();
  }

  #clear(): void {
    this.rest();
    this.id = this.tried = this.begun = this.failure = null;
    this.fileName = "";
    this.columns = [];
    this.choices = this.constants = {};
    this.#checked = false;
  }

  /** Takes how a file reads, with what the columns are taken for. */
  #read(tried: Tried): void {
    const before = new Map(this.columns.map((column) => [column.name, column]));
    this.id = tried.id;
    this.tried = tried;
    this.columns = columnsOf(tried.guesses, tried.mapping, tried.unused_columns).map((column) =>
      tried.guesses.length ? column : (before.get(column.name) ?? column),
    );
    const columns = { ...this.#guessedBefore(tried), ...tried.mapping.columns };
    this.choices = begin(this.columns, { ...tried.mapping, columns });
    this.constants = { ...tried.mapping.constants };
  }

  /** Read another way, columns of the same name are still what they were taken for. */
  #guessedBefore(tried: Tried): Record<string, string> {
    if (tried.guesses.length || Object.keys(tried.mapping.columns).length) return {};
    return Object.fromEntries(this.columns.flatMap(({ name, field }) => (field === null ? [] : [[name, field]])));
  }

  /** Takes how far an import is, and looks again while it runs. */
  #follow(found: Import): void {
    this.id = found.id;
    this.begun = found;
    this.rest();
    if (found.state === "running" || found.state === "waiting") {
      this.#timer = setTimeout(() => void this.#look(found.id), EVERY_MS);
    }
  }

  async #look(id: string): Promise<void> {
    try {
      const found = await calls.read(id);
      if (this.id !== id) return;
      this.failure = null;
      this.#follow(found);
    } catch (error) {
      if (this.id !== id) return;
      this.failure = error;
      // The import goes on without this page: look again, more slowly, unless it is not ours any more.
      if (!(error instanceof Problem) || error.status >= 500) {
        this.#timer = setTimeout(() => void this.#look(id), 5 * EVERY_MS);
      }
    }
  }

  /** Does something to the import and reads what became of it. */
  async #then(work: (id: string) => Promise<unknown>): Promise<void> {
    const id = this.id;
    if (!id) return;
    await this.#try(async () => {
      await work(id);
      this.#follow(await calls.read(id));
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.failure = null;
    this.busy = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.failure = error;
    } finally {
      this.busy = false;
    }
  }
}
