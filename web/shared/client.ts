/** Calls to the server: one function a route, one error shape. */
import type {
  AdminUser,
  Area,
  AreaDetail,
  Lang,
  Layers,
  Meta,
  Observation,
  ObservationInput,
  ProblemBody,
  Receipt,
  Session,
  Summary,
  Table,
} from "./api";

const BASE = "/api/v1";

/** The server answered, and said no. */
export class Problem extends Error {
  constructor(readonly body: ProblemBody) {
    super(body.title);
    this.name = "Problem";
  }

  get status(): number {
    return this.body.status;
  }
}

/** No answer came: no network, or the server is not there. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("no answer from the server", { cause });
    this.name = "Unreachable";
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const bare: ProblemBody = { type: "about:blank", title: response.statusText || "Error", status: response.status };
  if (!(response.headers.get("content-type") ?? "").includes("json")) return new Problem(bare);
  const body = (await response.json()) as Partial<ProblemBody>;
  return new Problem({ ...bare, ...body, status: response.status });
}

/** Sends one request; throws Problem for an answer of 400 or above and Unreachable without one. */
async function request(method: string, path: string, body?: unknown): Promise<Response> {
  const init: RequestInit = { method, headers: { accept: "application/json" }, credentials: "same-origin" };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { accept: "application/json", "content-type": "application/json" };
  }
  let response: Response;
  try {
    response = await fetch(BASE + path, init);
  } catch (cause) {
    throw new Unreachable(cause);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function get<T>(path: string): Promise<T> {
  return (await (await request("GET", path)).json()) as T;
}

async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await request("POST", path, body);
  try {
    return (await response.json()) as T;
  } catch (cause) {
    // The answer broke off half-way: for the caller that is no answer.
    throw new Unreachable(cause);
  }
}

const part = encodeURIComponent;

export const meta = (): Promise<Meta> => get("/meta");
export const session = (): Promise<Session> => get("/session");
export const logIn = (username: string, password: string): Promise<Session> =>
  post("/session", { username, password });
export const logOut = async (): Promise<void> => void (await request("DELETE", "/session"));
export const layers = (): Promise<Layers> => get("/layers");
export const table = (layer: string): Promise<Table> => get(`/layers/${part(layer)}/table`);
export const areas = async (): Promise<Area[]> => (await get<{ items: Area[] }>("/areas")).items;
export const area = (code: string): Promise<AreaDetail> => get(`/areas/${part(code)}`);
export const summary = (code: string): Promise<Summary> => get(`/areas/${part(code)}/summary`);
export const sendObservation = (input: ObservationInput): Promise<Receipt> => post("/observations", input);
export const observations = async (): Promise<Observation[]> =>
  (await get<{ items: Observation[] }>("/observations")).items;
export const users = async (): Promise<AdminUser[]> => (await get<{ items: AdminUser[] }>("/admin/users")).items;

/** Address of an area's report, for a link. */
export function reportUrl(code: string, format: "html" | "pdf", lang: Lang): string {
  return `${BASE}/reports/${part(code)}?format=${format}&lang=${lang}`;
}

/** Address of a layer's stand-alone map, for a link. */
export function mapUrl(mapHtml: string, lang: Lang): string {
  return `${mapHtml}${mapHtml.includes("?") ? "&" : "?"}lang=${lang}`;
}
