// Requests to the server, and the stream of its events. `messages.py` describes what is exchanged.

import { hideProblem, showProblem, showStatus } from "./dom.js";
import { t } from "./phrases.js";

let onSuccess = () => {};

// Call a function after each command that the server has carried out.
export function afterCommands(listener) { onSuccess = listener; }

export class Refused extends Error {
  constructor(problem, status) {
    super(problem.message);
    this.problem = problem;
    this.status = status;
  }
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refused({ message: t("The studio does not answer"), hint: t("check that narrator is still running") }, 0);
  }
  if (!response.ok) {
    const text = await response.text();
    let problem;
    try {
      problem = JSON.parse(text);
    } catch {
      problem = { message: text, hint: "" };
    }
    throw new Refused(problem, response.status);
  }
  return response.json();
}

export const get = (path, signal) => request(path, { signal });

// Send a command. A problem is shown to the user, and then the result is null.
export async function send(type, values = {}) {
  try {
    const result = await request("/api/commands", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ type, ...values }),
    });
    hideProblem();
    onSuccess(result);
    showStatus(result.message);
    return result;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblem(error.problem);
    return null;
  }
}

// Send a file. A problem is shown to the user, and then the result is null.
export async function upload(path, file) {
  try {
    const result = await request(path, { method: "POST", body: file });
    hideProblem();
    showStatus(result.message);
    return result;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblem(error.problem);
    return null;
  }
}

// Listen to the events of the server; `onReturn` is called when the connection is back.
export function listen(onEvent, onLoss, onReturn) {
  const source = new EventSource("/api/events");
  let isLost = false;
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  source.onerror = () => { isLost = true; onLoss(); };
  source.onopen = () => { if (isLost) onReturn(); isLost = false; };
  window.addEventListener("pagehide", () => source.close());
  return source;
}
