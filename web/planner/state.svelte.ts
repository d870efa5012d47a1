/** What the planner page holds: chosen layer, area and view, and what the server said about them. */
import { SvelteMap } from "svelte/reactivity";
import type { Area, AreaDetail, Layer, Meta, Release, Row, Table } from "../shared/api";
import * as client from "../shared/client";
import { lang, local, setLang, t } from "../shared/i18n.svelte";
import type { Position } from "../shared/map/create";
import { loadSession } from "../shared/session.svelte";
import { formatAddress, parseAddress, type View } from "./address";

export class PlannerState {
  meta: Meta | null = $state.raw(null);
  release: Release | null = $state.raw(null);
  layers: Layer[] = $state.raw([]);
  areas: Area[] = $state.raw([]);
  table: Table | null = $state.raw(null);
  detail: AreaDetail | null = $state.raw(null);

  layerId: string | null = $state(null);
  area: string | null = $state(null);
  view: View = $state("map");
  points = $state(false);
  position: Position | null = $state.raw(null);

  failure: unknown = $state.raw(null);
  detailFailure: unknown = $state.raw(null);
  message = $state("");

  readonly themes = $derived(this.layers.filter((layer) => layer.kind === "choropleth"));
  readonly pointLayer = $derived(this.layers.find((layer) => layer.kind === "points") ?? null);
  readonly layer = $derived(this.themes.find((layer) => layer.id === this.layerId) ?? null);
  readonly rows = $derived(new SvelteMap<string, Row>((this.table?.rows ?? []).map((row) => [row.code, row])));

  constructor() {
    this.readAddress();
  }

  /** The figure of an area in the current layer, as people read it; a bare sign gets its word. */
  figure = (code: string): string => {
    const row = this.rows.get(code);
    if (!row || this.table?.layer !== this.layerId) return "";
    const text = local(row.text);
    return /[\p{L}\p{N}]/u.test(text) ? text : `${text} ${t(`status.${row.status}`)}`;
  };

  readAddress(): void {
    const address = parseAddress(location.search);
    this.layerId = address.layer;
    this.area = address.area;
    this.view = address.view;
    this.points = address.points;
    this.position = address.position;
    if (address.lang) setLang(address.lang);
  }

  /** Puts the state into the address; `step` makes it a step that "back" undoes. */
  writeAddress(step: boolean): void {
    const { layerId: layer, area, view, points, position } = this;
    const query = formatAddress({ layer, area, view, points, position, lang: lang() });
    if (query === location.search) return;
    history[step ? "pushState" : "replaceState"](null, "", query);
  }

  /** Loads everything that does not depend on a choice; again after login and logout. */
  async load(): Promise<void> {
    this.failure = null;
    try {
      const [meta, listed, areas] = await Promise.all([client.meta(), client.layers(), client.areas(), loadSession()]);
      this.meta = meta;
      this.release = listed.release;
      this.layers = listed.layers;
      this.areas = areas;
      this.checkChoices();
      await Promise.all([this.loadTable(), this.loadDetail()]);
    } catch (error) {
      this.failure = error;
    }
  }

  /** A link may name what this release does not hold: say so and show the first layer. */
  private checkChoices(): void {
    const missing: string[] = [];
    if (!this.layer) {
      if (this.layerId) missing.push(this.layerId);
      this.layerId = this.themes[0]?.id ?? null;
    }
    if (this.area && !this.areas.some((area) => area.code === this.area)) {
      missing.push(this.area);
      this.area = null;
    }
    this.message = missing.length ? t("planner.not_here", { what: missing.join(", ") }) : "";
    this.writeAddress(false);
  }

  async loadTable(): Promise<void> {
    const wanted = this.layerId;
    this.table = null;
    if (!wanted) return;
    try {
      const table = await client.table(wanted);
      if (wanted === this.layerId) this.table = table;
    } catch (error) {
      if (wanted === this.layerId) this.failure = error;
    }
  }

  async loadDetail(): Promise<void> {
    const wanted = this.area;
    this.detailFailure = null;
    if (this.detail?.code !== wanted) this.detail = null;
    if (!wanted) return;
    try {
      const detail = await client.area(wanted);
      if (wanted === this.area) this.detail = detail;
    } catch (error) {
      if (wanted === this.area) this.detailFailure = error;
    }
  }

  chooseLayer(id: string): void {
    if (id === this.layerId) return;
    this.layerId = id;
    this.message = "";
    this.writeAddress(true);
    void this.loadTable();
  }

  chooseArea(code: string | null): void {
    if (code === this.area) return;
    this.area = code;
    this.message = "";
    this.writeAddress(true);
    void this.loadDetail();
  }

  chooseView(view: View): void {
    if (view === this.view) return;
    this.view = view;
    this.writeAddress(true);
  }

  togglePoints(): void {
    this.points = !this.points;
    this.writeAddress(false);
  }

  moved(position: Position): void {
    this.position = position;
    this.writeAddress(false);
  }

  /** "Back" and "forward" of the browser. */
  async revisit(): Promise<void> {
    const { layerId, area } = this;
    this.readAddress();
    this.layerId ??= this.themes[0]?.id ?? null;
    if (layerId !== this.layerId) void this.loadTable();
    if (area !== this.area) void this.loadDetail();
  }
}
