/** Calls to the server that several pages make: one function a route. */
import type {
  Area,
  AreaDetail,
  Enrolment,
  Lang,
  Layers,
  Meta,
  Observation,
  ObservationInput,
  Receipt,
  Session,
  Summary,
  Table,
} from "./api";
import { BASE, get, part, post, remove } from "./http";

export { Problem, Unreachable } from "./http";

export const meta = (): Promise<Meta> => get("/meta");
export const session = (): Promise<Session> => get("/session");
export const logIn = (username: string, password: string): Promise<Session> =>
  post("/session", { username, password });
export const giveCode = (code: string): Promise<Session> => post("/session/second-factor", { code });
export const enrol = (): Promise<Enrolment> => post("/session/second-factor/setup", {});
export const changePassword = (current: string, next: string): Promise<Session> =>
  post("/session/password", { current, new: next });
/** Whether people may log in with another house's account. */
export const otherHouse = async (): Promise<boolean> => (await get<{ offered: boolean }>("/session/oidc")).offered;
/** Begins a login there; gives the address to go to. */
export const goThere = async (): Promise<string> =>
  (await post<{ authorization_url: string }>("/session/oidc", {})).authorization_url;
export const logOut = (): Promise<void> => remove("/session");
export const layers = (): Promise<Layers> => get("/layers");
export const table = (layer: string): Promise<Table> => get(`/layers/${part(layer)}/table`);
export const areas = async (): Promise<Area[]> => (await get<{ items: Area[] }>("/areas")).items;
export const area = (code: string): Promise<AreaDetail> => get(`/areas/${part(code)}`);
export const summary = (code: string): Promise<Summary> => get(`/areas/${part(code)}/summary`);
export const sendObservation = (input: ObservationInput): Promise<Receipt> => post("/observations", input);
export const observations = async (): Promise<Observation[]> =>
  (await get<{ items: Observation[] }>("/observations")).items;

/** Address of an area's report, for a link. */
export function reportUrl(code: string, format: "html" | "pdf", lang: Lang): string {
  return `${BASE}/reports/${part(code)}?format=${format}&lang=${lang}`;
}

/** Address of a layer's stand-alone map, for a link. */
export function mapUrl(mapHtml: string, lang: Lang): string {
  return `${mapHtml}${mapHtml.includes("?") ? "&" : "?"}lang=${lang}`;
}
