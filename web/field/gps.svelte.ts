/** The device's position, asked for only while someone waits for it. */
import { sensedPlace, type Place } from "./place";

/** Good enough to stop. */
const GOOD_M = 15;
const PATIENCE_MS = 30_000;

export type GpsState = "off" | "searching" | "found" | "denied" | "unavailable" | "timeout";

export class Gps {
  state: GpsState = $state("off");
  best: Place | null = $state.raw(null);
  #watch: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Watches until the position is good, 30 seconds have passed, or `stop`; keeps the best so far. */
  start(onplace: (place: Place) => void): void {
    this.stop();
    this.best = null;
    if (!("geolocation" in navigator)) {
      this.state = "unavailable";
      return;
    }
    this.state = "searching";
    this.#timer = setTimeout(() => this.#giveUp(), PATIENCE_MS);
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords }) => this.#take(sensedPlace(coords), onplace),
      (error) => this.#fail(error),
      { enableHighAccuracy: true, maximumAge: 0, timeout: PATIENCE_MS },
    );
  }

  #take(place: Place, onplace: (place: Place) => void): void {
    if (this.best && this.best.accuracy_m <= place.accuracy_m) return;
    this.best = place;
    onplace(place);
    if (place.accuracy_m > GOOD_M) return;
    this.stop();
    this.state = "found";
  }

  #giveUp(): void {
    this.stop();
    this.state = this.best ? "found" : "timeout";
  }

  #fail(error: GeolocationPositionError): void {
    this.stop();
    if (this.best) this.state = "found";
    else if (error.code === error.PERMISSION_DENIED) this.state = "denied";
    else this.state = error.code === error.TIMEOUT ? "timeout" : "unavailable";
  }

  stop(): void {
    clearTimeout(this.#timer);
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = null;
    if (this.state === "searching") this.state = this.best ? "found" : "off";
  }
}
