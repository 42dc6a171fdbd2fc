/** Sends requests over Node.js's own HTTP: a call costs less than with `fetch`, and a body may go with any method. */

import { ACCEPTED_CODINGS, withoutCodings, type ZlibModule } from "./codings.js";
import { connectionError, type Deadline } from "./deadline.js";
import { builtIn } from "./platform.js";
import { type Head, type Outgoing, tooLong, type Transport } from "./transport.js";
import { concatenated } from "./wire.js";

interface NodeResponse {
  readonly statusCode: number;
  readonly statusMessage: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  on(event: "data", heard: (piece: Uint8Array) => void): void;
  on(event: "end", heard: () => void): void;
  on(event: "error", heard: (error: unknown) => void): void;
}

interface NodeRequest {
  readonly socket: { readonly secureConnecting?: boolean } | null;
  on(event: "response", heard: (response: NodeResponse) => void): void;
  on(event: "error", heard: (error: unknown) => void): void;
  end(body?: Uint8Array): void;
  destroy(): void;
}

interface RequestOptions {
  readonly agent: unknown;
  readonly method: string;
  readonly host: string;
  readonly port: string | undefined;
  readonly path: string;
  readonly headers: readonly string[];
}

interface HttpModule {
  readonly Agent: new (options: { readonly keepAlive: boolean; readonly timeout: number }) => unknown;
  readonly request: (options: RequestOptions) => NodeRequest;
}

/** Servers and balancers close idle connections after a minute or so; one that waited for longer than this is not trusted. */
const IDLE_MS = 50_000;

/** Methods whose requests say so where they have no body. */
const BODIED: ReadonlySet<string> = /* @__PURE__ */ new Set(["POST", "PUT", "PATCH"]);

/** Requests over `node:http` and `node:https`, whose connections all clients share; undefined where these are not. */
export function nodeTransport(): Transport | undefined {
  const http = builtIn<HttpModule>("node:http");
  const https = builtIn<HttpModule>("node:https");
  const zlib = builtIn<ZlibModule>("node:zlib");
  if (http === undefined || https === undefined || zlib === undefined) return undefined;
  const plain = new Line(http, zlib);
  const secure = new Line(https, zlib);
  return {
    bodyAnywhere: true,
    send: (request, ...rest) => (request.base.secure ? secure : plain).send(request, ...rest),
  };
}

/** The connections of one scheme. */
class Line {
  readonly #http: HttpModule;
  readonly #zlib: ZlibModule;
  readonly #agent: unknown;

  constructor(http: HttpModule, zlib: ZlibModule) {
    this.#http = http;
    this.#zlib = zlib;
    this.#agent = new http.Agent({ keepAlive: true, timeout: IDLE_MS });
  }

  send(asked: Outgoing, deadline: Deadline, limit: number, heard: (head: Head) => void): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const { method, base, target, body } = asked;
      const request = this.#http.request({
        agent: this.#agent,
        method,
        host: base.hostname,
        port: base.port === "" ? undefined : base.port,
        path: target,
        headers: headerLines(asked),
      });
      deadline.onStop(() => {
        request.destroy();
        reject(new Error("stopped"));
      });
      request.on("error", (error) => reject(request.socket?.secureConnecting === true ? connectionError(error, false) : error));
      request.on("response", (response) => {
        const head = new RawHead(response);
        heard(head);
        response.on("error", reject);
        this.#read(request, response, limit, reject, (bytes) => resolve(withoutCodings(this.#zlib, head.get("content-encoding"), bytes, limit)));
      });
      request.end(body);
    });
  }

  /** The whole body, as it came. */
  #read(request: NodeRequest, response: NodeResponse, limit: number, failed: (reason: unknown) => void, whole: (bytes: Uint8Array) => void): void {
    const pieces: Uint8Array[] = [];
    let size = 0;
    response.on("data", (piece) => {
      size += piece.length;
      if (size <= limit) return void pieces.push(piece);
      failed(tooLong(limit));
      request.destroy();
    });
    response.on("end", () => {
      try {
        whole(pieces.length === 1 ? (pieces[0] as Uint8Array) : concatenated(pieces));
      } catch (error) {
        failed(error);
      }
    });
  }
}

/** Everything that the request's head says, in the order of the wire. */
function headerLines({ method, base, headers, body }: Outgoing): readonly string[] {
  const lines = ["Host", base.host];
  let encoded = false;
  for (const [name, value] of headers) {
    lines.push(name, value);
    encoded ||= name.toLowerCase() === "accept-encoding";
  }
  if (!encoded) lines.push("Accept-Encoding", ACCEPTED_CODINGS);
  if (body !== undefined || BODIED.has(method)) lines.push("Content-Length", String(body?.length ?? 0));
  return lines;
}

/** The beginning of an answer, whose headers are only looked at where someone asks for them. */
class RawHead implements Head {
  readonly status: number;
  readonly statusText: string;
  readonly #raw: readonly string[];
  #headers: Headers | undefined;

  constructor({ statusCode, statusMessage, rawHeaders }: NodeResponse) {
    this.status = statusCode;
    this.statusText = statusMessage;
    this.#raw = rawHeaders;
  }

  get(name: string): string | null {
    const wanted = name.toLowerCase();
    const raw = this.#raw;
    let found: string | null = null;
    for (let at = 0; at < raw.length; at += 2) {
      if ((raw[at] as string).toLowerCase() === wanted) found = found === null ? (raw[at + 1] as string) : `${found}, ${raw[at + 1]}`;
    }
    return found;
  }

  get headers(): Headers {
    if (this.#headers === undefined) {
      this.#headers = new Headers();
      for (let at = 0; at < this.#raw.length; at += 2) this.#headers.append(this.#raw[at] as string, this.#raw[at + 1] as string);
    }
    return this.#headers;
  }
}
