/** One report from the first tap to its receipt; nothing typed is lost on the way. */
import type { ObservationInput, Receipt, Urgency } from "../shared/api";
import { Problem, sendObservation } from "../shared/client";
import type { Place } from "./place";

export type Phase =
  | "editing"
  | "sending"
  /** No receipt came. The server may hold it all the same: the same bytes go again under the same id. */
  | "unsent"
  /** The server holds other content under this id: an earlier version arrived after all. */
  | "conflict"
  | "received";

export type Missing = "place" | "category";

export class Report {
  id = $state(crypto.randomUUID() as string);
  place: Place | null = $state.raw(null);
  category: string | null = $state(null);
  people = $state(1);
  urgency: Urgency = $state("medium");
  note = $state("");

  phase: Phase = $state("editing");
  #asked: Missing[] = $state.raw([]);
  failure: unknown = $state.raw(null);
  receipt: Receipt | null = $state.raw(null);
  #sealed: ObservationInput | null = null;

  /** What the last attempt lacked and still lacks. */
  get missing(): Missing[] {
    return this.#asked.filter((what) => this[what] === null);
  }

  /** True once something would be lost with the page. */
  get dirty(): boolean {
    if (this.phase === "received") return false;
    return this.place !== null || this.category !== null || this.note.trim() !== "" || this.people !== 1;
  }

  /** Sends the report as it stands; without a place or a category it says what is missing instead. */
  async submit(): Promise<void> {
    const { place, category } = this;
    this.#asked = ["place", "category"];
    if (!place || !category) return;
    this.#sealed = {
      id: this.id,
      observed_at: new Date().toISOString(),
      lat: place.lat,
      lon: place.lon,
      accuracy_m: place.accuracy_m,
      category,
      people_count: this.people,
      urgency: this.urgency,
      note: this.note.trim(),
    };
    await this.retry();
  }

  /** Sends the very same content under the same id: the server stores it once. */
  async retry(): Promise<void> {
    if (!this.#sealed) return;
    this.phase = "sending";
    this.failure = null;
    try {
      this.receipt = await sendObservation(this.#sealed);
      this.phase = "received";
    } catch (error) {
      this.failure = error;
      this.phase = this.#phaseAfter(error);
    }
  }

  #phaseAfter(error: unknown): Phase {
    if (!(error instanceof Problem)) return "unsent";
    if (error.status === 409) return "conflict";
    // Refused as it is: the same bytes would be refused again, so let it be mended.
    return error.status === 422 || error.status === 400 ? "editing" : "unsent";
  }

  /** Opens an unsent report for changes. */
  edit(): void {
    this.#sealed = null;
    this.phase = "editing";
    this.failure = null;
  }

  /** After a conflict: the changed version goes as a report of its own. */
  async sendAsNew(): Promise<void> {
    this.id = crypto.randomUUID();
    await this.submit();
  }
}
