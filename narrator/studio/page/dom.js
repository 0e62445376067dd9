// Helpers that build elements. Text is always inserted as text, never as markup.

import { t } from "./phrases.js";

export const $ = (id) => document.getElementById(id);

// Return a new element. Properties whose names start with "on" are event listeners, `data` holds
// data attributes, and names with a dash, or `role`, are attributes.
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name.includes("-") || name === "role" || name === "for" || name === "list") {
      element.setAttribute(name, value);
    } else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Tell people who can't see the page what has happened.
export function announce(text) {
  const live = $("live");
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; });
}

let statusTimer = 0;

// Show a text for a while. What the server says is English.
export function showStatus(text, { stays = false, lang = "en" } = {}) {
  $("status").textContent = text;
  if (lang) $("status").lang = lang;
  else $("status").removeAttribute("lang");
  clearTimeout(statusTimer);
  if (stays) return;
  statusTimer = setTimeout(() => { $("status").textContent = ""; }, 6000);
}

export function showProblem(problem) {
  const box = $("problem");
  const text = problem.hint ? `${problem.message}: ${problem.hint}.` : `${problem.message}.`;
  box.replaceChildren(
    el("p", {}, text),
    el("button", { type: "button", onclick: () => { box.hidden = true; } }, t("Close")),
  );
  box.hidden = false;
}

export const hideProblem = () => { $("problem").hidden = true; };

export function formatShare(share) {
  return share === null || share === undefined ? "" : `${Math.round(share * 100)} %`;
}

export function formatTime(seconds) {
  const total = Math.round(seconds);
  const parts = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  if (!parts[0]) parts.shift();
  return parts.map((part, i) => (i ? String(part).padStart(2, "0") : part)).join(":");
}

export function debounce(run, milliseconds) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...given), milliseconds);
  };
}
