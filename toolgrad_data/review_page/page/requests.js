// Requests to the server, and decisions that are kept in this browser until the server has them on its disk.
"use strict";

const RETRY_MS = 700;

/** The server's own words on why something was not done. `code` names the reason, `body` has all of the answer. */
class Refused extends Error {
  constructor(status, body) {
    super(body.message || `The server answered with ${status}.`);
    Object.assign(this, { status, code: body.error, body });
  }
}

class Server {
  constructor() {
    this.token = new URLSearchParams(location.search).get("token") || "";
  }

  /** Return the answer's text. Throws Refused, and TypeError where the server cannot be reached. */
  async ask(name, given = {}) {
    const response = await fetch(`/api/${name}`, {
      method: "POST", cache: "no-store", credentials: "omit",
      headers: { "content-type": "application/json", "x-toolgrad-token": this.token }, body: JSON.stringify(given),
    });
    const text = await response.text();
    if (response.ok) return text;
    let body = {};
    try {
      body = JSON.parse(text);
    } catch {
      // the status says enough
    }
    throw new Refused(response.status, body);
  }

  async json(name, given) {
    return JSON.parse(await this.ask(name, given));
  }
}

/** Decisions on their way. One that was made is in the browser's storage until the server says that it is on its disk. */
class Outbox {
  /** `tell(words)` says where it stands; `prefix` is of the run. */
  constructor(server, prefix, tell) {
    Object.assign(this, { server, prefix: `toolgrad-review:${prefix}:`, tell, isWaiting: false });
  }

  /** Send a decision until it is saved; return the server's answer. Throws Refused. */
  async send(decision) {
    const key = this.prefix + decision.id;
    localStorage.setItem(key, JSON.stringify(decision));
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await this.server.ask("decide", decision);
        localStorage.removeItem(key);
        this.isWaiting = false;
        return answer;
      } catch (error) {
        if (error instanceof Refused) {
          this.isWaiting = false;
          // Of another token: the server was started anew, and this decision waits for a tab with its address.
          if (error.status !== 403 && error.status < 500) localStorage.removeItem(key);
          throw error;
        }
        this.isWaiting = true;
        this.tell("Not saved yet: the server cannot be reached. It is kept in this browser and tried again…", "bad");
        await new Promise((done) => setTimeout(done, RETRY_MS));
      }
    }
  }

  /** Send what an earlier page could not; return how many were saved, and what was refused. */
  async sendLeft() {
    const left = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    const refused = [];
    let saved = 0;
    for (const key of left) {
      try {
        await this.send(JSON.parse(localStorage.getItem(key)));
        saved += 1;
      } catch (error) {
        refused.push(error.message);
      }
    }
    return { saved, refused };
  }
}
