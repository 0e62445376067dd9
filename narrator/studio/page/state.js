// What all parts of the page share, and how they hear of changes.

import { t } from "./phrases.js";

export const state = {
  book: null, // a BookView
  chapter: null, // the ChapterView that is shown
  lines: new Map(), // its LineViews by id, in reading order
  selected: [], // ids of the selected lines; the last one is the current one
  uncertain: [], // UncertainLines of the whole book, in reading order
  weakestFirst: true,
  build: null, // a BuildView
};

const listeners = new Map();

// Call a function whenever something happens: "book", "chapter", "lines", "select", "build", "tab".
export function on(name, listener) {
  if (!listeners.has(name)) listeners.set(name, []);
  listeners.get(name).push(listener);
}

export function emit(name, detail) {
  for (const listener of listeners.get(name) || []) listener(detail);
}

// Call a function when something happens that concerns a pane: at once if the pane is shown, and
// otherwise when it is opened. So a change does not draw what nobody sees.
export function drawWhenShown(tab, names, draw) {
  const pane = document.getElementById(`pane-${tab}`);
  let isStale = false;
  const drawOrWait = () => {
    isStale = pane.hidden;
    if (!isStale) draw();
  };
  for (const name of names) on(name, drawOrWait);
  on("tab", (opened) => { if (opened === tab && isStale) drawOrWait(); });
}

export const currentId = () => state.selected.at(-1) ?? null;
export const currentLine = () => state.lines.get(currentId()) ?? null;

export function findCharacter(name) {
  return state.book.characters.find((each) => each.name === (name ?? "narrator")) ?? null;
}

// The name of a speaker as the page shows it; the narrator's is in the language of the book.
export const nameOf = (name) => (!name || name === "narrator" ? t("Narrator") : name);

export function colourOf(name) {
  return name === null || name === undefined ? 0 : (findCharacter(name)?.colour ?? 0);
}

// Settings of this browser, which concern nobody else.
export function recall(key, fallback) {
  try {
    return JSON.parse(localStorage.getItem(`studio:${key}`)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(`studio:${key}`, JSON.stringify(value));
  } catch { /* the browser does not allow storage: nothing is remembered */ }
}
