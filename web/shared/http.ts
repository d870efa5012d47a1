/** One request to the server, and the two ways in which it can fail. */
import type { ProblemBody } from "./api";

export const BASE = "/api/v1";

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

function problemFrom(status: number, title: string, type: string, body: () => unknown): Problem {
  const bare: ProblemBody = { type: "about:blank", title: title || "Error", status };
  if (!type.includes("json")) return new Problem(bare);
  try {
    return new Problem({ ...bare, ...(body() as Partial<ProblemBody>), status });
  } catch {
    return new Problem(bare);
  }
}

/** Sends one request; throws Problem for an answer of 400 or above and Unreachable without one. */
export async function request(
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json", ...more };
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    headers["content-type"] = "application/json";
  }
  let response: Response;
  try {
    response = await fetch(BASE + path, init);
  } catch (cause) {
    throw new Unreachable(cause);
  }
  if (!response.ok) {
    const text = await response.text().catch(() => "");
    const type = response.headers.get("content-type") ?? "";
    throw problemFrom(response.status, response.statusText, type, () => JSON.parse(text));
  }
  return response;
}

/** The JSON of an answer; one that broke off half-way is, for the caller, no answer. */
async function json<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw new Unreachable(cause);
  }
}

export const get = async <T>(path: string): Promise<T> => json(await request("GET", path));
export const post = async <T>(path: string, body: unknown): Promise<T> => json(await request("POST", path, body));
export const put = async <T>(path: string, body: unknown): Promise<T> => json(await request("PUT", path, body));
export const patch = async <T>(path: string, body: unknown): Promise<T> => json(await request("PATCH", path, body));
export const remove = async (path: string): Promise<void> => void (await request("DELETE", path));

export const part = encodeURIComponent;

/** `?a=1&b=2` of what is given; nothing for undefined, null and the empty text. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

/** Sends a file as it is and tells how far it is; only XMLHttpRequest knows that. `signal` stops it. */
export function upload<T>(path: string, file: Blob, told: (share: number) => void, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", BASE + path);
    sending.setRequestHeader("accept", "application/json");
    sending.setRequestHeader("content-type", "application/octet-stream");
    sending.upload.onprogress = (event) => {
      if (event.lengthComputable) told(event.loaded / event.total);
    };
    const broken = (): void => reject(new Unreachable(sending.statusText));
    sending.onerror = broken;
    sending.ontimeout = broken;
    sending.onabort = () => reject(new DOMException("stopped", "AbortError"));
    sending.onload = () => {
      const body = (): unknown => JSON.parse(sending.responseText);
      const type = sending.getResponseHeader("content-type") ?? "";
      if (sending.status >= 400) return reject(problemFrom(sending.status, sending.statusText, type, body));
      try {
        resolve(body() as T);
      } catch (cause) {
        reject(new Unreachable(cause));
      }
    };
    signal.addEventListener("abort", () => sending.abort(), { once: true });
    sending.send(file);
  });
}
