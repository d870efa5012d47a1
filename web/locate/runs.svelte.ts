/** The last run of the geocoder over a register: begun, watched, ended, taken up again; also after a reload. */
import { Problem } from "../shared/http";
import * as calls from "./calls";
import type { RegisterName, Run } from "./shapes";

const EVERY_MS = 1_000;

export class Runs {
  now: Run | null = $state.raw(null);
  failure: unknown = $state.raw(null);
  busy = $state(false);
  /** Whether the run came to its end while this page looked on. */
  watched = $state(false);
  readonly underWay = $derived(this.now?.state === "running" || this.now?.state === "waiting");

  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended: () => void;
  #gone = false;

  /** `ended` is called when a run that was watched here comes to its end. */
  constructor(
    readonly register: RegisterName,
    ended: () => void,
  ) {
    this.#ended = ended;
  }

  load(): Promise<void> {
    return this.#try(async () => {
      const found = (await calls.runs()).items.find((one) => one.register === this.register);
      if (found) this.#follow(found);
    });
  }

  begin(): Promise<void> {
    return this.#try(async () => this.#follow(await calls.run((await calls.begin(this.register)).id), true));
  }

  cancel(): Promise<void> {
    return this.#then(calls.cancel);
  }

  resume(): Promise<void> {
    return this.#then(calls.resume, true);
  }

  /** The page goes; the run goes on. */
  rest(): void {
    this.#gone = true;
    clearTimeout(this.#timer);
  }

  /** Takes how far a run is; `set` by this page, it may have ended before it was first looked at. */
  #follow(found: Run, set = false): void {
    const before = this.underWay || set;
    this.now = found;
    clearTimeout(this.#timer);
    if (this.#gone) return;
    if (this.underWay) this.#timer = setTimeout(() => void this.#look(found.id), EVERY_MS);
    else if (before) {
      this.watched = true;
      this.#ended();
    }
  }

  async #look(id: string): Promise<void> {
    try {
      this.#follow(await calls.run(id));
      this.failure = null;
    } catch (error) {
      this.failure = error;
      // The run goes on without this page: look again, more slowly, unless it is not ours any more.
      const ours = !(error instanceof Problem) || error.status >= 500 || error.status === 429;
      if (ours && !this.#gone) this.#timer = setTimeout(() => void this.#look(id), 5 * EVERY_MS);
    }
  }

  async #then(work: (id: string) => Promise<Run>, set = false): Promise<void> {
    const id = this.now?.id;
    if (id) await this.#try(async () => this.#follow(await work(id), set));
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.failure = null;
    this.busy = true;
    try {
      await work();
    } catch (error) {
      this.failure = error;
    } finally {
      this.busy = false;
    }
  }
}
