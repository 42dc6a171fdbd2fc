// Streams of the npm package binance: one client that emits events, and connects again by itself.
import { WebsocketClient } from "binance";

// Its log goes to standard error: standard output is the protocol's.
const log = (...told) => console.error(...told);
const LOGGER = { trace: () => {}, info: log, error: log };

export class Streams {
  constructor(url) {
    this.url = url;
    this.heard = [];
    this.waiting = null;
  }

  // "main" is its name for spot markets.
  async subscribe(asked) {
    this.client = new WebsocketClient({ wsUrl: this.url }, LOGGER);
    // A message comes in the envelope of its stream, which the SDK leaves on, or not: it is taken off.
    this.client.on("message", (told) => this.receive("Message", told?.stream && told.data ? told.data : told));
    this.client.on("reconnected", () => this.receive("Reconnected", null));
    this.client.on("exception", (error) => this.receive("DecodeError", { path: "$", problem: String(error?.message ?? error) }));
    await this.client.subscribe(asked.arguments.streamName, "main");
    return { stream: 1 };
  }

  // What it adds to each message, as documented, is taken off too.
  receive(type, told) {
    const { wsKey, wsMarket, streamName, isWSAPIResponse, ...value } = told ?? {};
    this.heard.push({ type, value: told === null ? null : value });
    this.waiting?.();
  }

  async hear(asked) {
    const until = Date.now() + asked.timeout_ms;
    while (this.heard.length < asked.count && Date.now() < until) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, until - Date.now());
        this.waiting = () => (clearTimeout(timer), resolve());
      });
    }
    return { messages: this.heard.splice(0, asked.count) };
  }

  leave() {
    this.client.closeAll(true);
    return {};
  }
}
