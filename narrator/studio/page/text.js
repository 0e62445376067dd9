// The text of one chapter: prose, with a colour per speaker. A line can be selected and played.

import { get, send } from "./connection.js";
import { $, announce, el, formatShare, showProblem } from "./dom.js";
import { t } from "./phrases.js";
import { colourOf, currentId, emit, findCharacter, nameOf, recall, remember, state } from "./state.js";

const SCENE = "scene";
let loading = 0; // counts the chapters that were asked for, so that only the last one is shown
let wrapped = null; // the element whose words are marked while it is spoken
let moved = 0; // when the reader last scrolled, in milliseconds

export const lineElement = (id) => document.getElementById(`line-${id}`);

export async function openChapter(number, { line = null, focus = false } = {}) {
  const entry = state.book.chapters.find((chapter) => chapter.number === number);
  if (!entry) return false;
  const mine = ++loading;
  const chapter = await get(`/api/chapters/${number}`).catch((error) => {
    showProblem(error.problem);
    return null;
  });
  if (!chapter || mine !== loading) return false;
  show(chapter);
  const id = line && state.lines.has(line) ? line : [...state.lines.keys()][0];
  if (id) select(id, { focus, scroll: Boolean(line), quiet: !line });
  if (!line) $("reader").scrollTop = 0;
  remember("chapter", number);
  return true;
}

function show(chapter) {
  state.chapter = chapter;
  state.lines = new Map(chapter.paragraphs.flatMap((each) => each.lines.map((line) => [line.id, line])));
  state.selected = state.selected.filter((id) => state.lines.has(id));
  wrapped = null;
  const text = $("text");
  text.lang = state.book.language;
  text.dir = state.book.direction;
  text.replaceChildren(...makeChapter(chapter));
  emit("chapter", chapter);
}

function makeChapter(chapter) {
  const skippedAfter = Map.groupBy
    ? Map.groupBy(chapter.skipped, (passage) => passage.after)
    : group(chapter.skipped);
  const blocks = (skippedAfter.get("") || []).map(makeSkipped);
  if (!chapter.paragraphs.some((each) => each.kind === "heading")) {
    blocks.push(el("h2", { className: "title" }, chapter.title));
  }
  for (const paragraph of chapter.paragraphs) {
    if (paragraph.follows_scene_break) blocks.push(el("hr", { className: SCENE }));
    const block = el(paragraph.kind === "heading" ? "h2" : "p", { className: paragraph.kind });
    const after = [];
    let before; // nobody yet; null is a speaker who is not known
    for (const line of paragraph.lines) {
      if (line.gap) block.append(line.gap === "\n" ? el("br") : line.gap);
      block.append(makeLine(line, before));
      before = line.kind === "dialogue" ? line.speaker : before;
      for (const passage of skippedAfter.get(line.id) || []) {
        if (passage.is_inline) block.append(makeSkipped(passage));
        else after.push(makeSkipped(passage));
      }
    }
    blocks.push(block, ...after);
  }
  return blocks;
}

function group(passages) {
  const groups = new Map();
  for (const passage of passages) groups.set(passage.after, [...(groups.get(passage.after) || []), passage]);
  return groups;
}

function makeSkipped(passage) {
  return el(
    passage.is_inline ? "span" : "p",
    { className: "skipped", title: t("Not spoken: {reason}", { reason: passage.reason }) },
    el("span", { className: "why", lang: "en" }, passage.reason),
    ` ${passage.text} `,
    passage.can_include && state.book.can_correct ? el("button", {
      type: "button",
      className: "small",
      title: t("Speak this text"),
      "aria-label": t("Speak this: {text}", { text: passage.text.slice(0, 60) }),
      onclick: () => send("include_passage", { start: passage.start }),
    }, t("Speak it")) : null,
  );
}

function makeLine(line, speakerBefore) {
  const element = el("span", { id: `line-${line.id}`, className: "line", tabIndex: -1 });
  element.dataset.line = line.id;
  const name = el("span", { className: "name", dir: "auto" });
  const words = el("span", { className: "words" }, line.text);
  element.append(name, words);
  dress(element, line, speakerBefore);
  return element;
}

// Show who speaks a line, and how certain that is.
function dress(element, line, speakerBefore) {
  const isSpeech = line.kind === "dialogue";
  element.classList.toggle("speech", isSpeech);
  element.classList.toggle("uncertain", line.is_uncertain);
  element.classList.toggle("corrected", line.is_corrected);
  element.classList.toggle("included", line.included !== null && line.included !== undefined);
  const colour = isSpeech ? colourOf(line.speaker) : 0;
  if (colour) element.dataset.colour = colour;
  else delete element.dataset.colour;
  const name = isSpeech ? (line.speaker ?? "") : "";
  const isShown = isSpeech && line.speaker !== speakerBefore;
  element.firstChild.textContent = isShown ? `${name}${line.is_uncertain ? "?" : ""}` : "";
  element.title = isSpeech ? [name, formatShare(line.confidence)].filter(Boolean).join(", ") : "";
}

// Show lines again that have changed, wherever they are in this chapter.
export function updateLines(changed) {
  const paragraphs = new Set();
  for (const [id, line] of Object.entries(changed)) {
    if (!state.lines.has(id)) continue;
    state.lines.set(id, line);
    paragraphs.add(lineElement(id)?.parentElement);
  }
  for (const paragraph of paragraphs) redressParagraph(paragraph);
}

function redressParagraph(paragraph) {
  if (!paragraph) return;
  let before;
  for (const element of paragraph.querySelectorAll(".line")) {
    const line = state.lines.get(element.dataset.line);
    dress(element, line, before);
    before = line.kind === "dialogue" ? line.speaker : before;
  }
}

export function redressAll() {
  for (const paragraph of $("text").children) redressParagraph(paragraph);
}

// ------------------------------------------------------------------ selection

export function select(id, { focus = false, scroll = false, extend = false, quiet = false } = {}) {
  const element = lineElement(id);
  if (!element) return;
  for (const old of $("text").querySelectorAll(".line.selected, .line[tabindex='0']")) {
    if (!extend) old.classList.remove("selected");
    old.tabIndex = -1;
    old.removeAttribute("aria-current");
  }
  state.selected = extend ? [...state.selected.filter((each) => each !== id), id] : [id];
  for (const each of state.selected) lineElement(each)?.classList.add("selected");
  element.tabIndex = 0;
  element.setAttribute("aria-current", "true");
  if (focus) element.focus({ preventScroll: true });
  if (scroll) reveal(element);
  emit("select", id);
  if (!quiet) announce(describe(state.lines.get(id)));
}

function describe(line) {
  if (line.kind !== "dialogue") return "";
  const share = line.confidence === null || line.confidence === undefined ? "" : `, ${formatShare(line.confidence)}`;
  return `${nameOf(line.speaker)}${share}${line.is_uncertain ? `, ${t("uncertain")}` : ""}. ${line.reason ?? ""}`;
}

export function reveal(element) {
  const reader = $("reader");
  const box = element.getBoundingClientRect();
  const frame = reader.getBoundingClientRect();
  const margin = frame.height * 0.2;
  if (box.top < frame.top + margin || box.bottom > frame.bottom - margin) {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = reader.scrollTop + box.top - frame.top - frame.height / 3;
    reader.scrollTo({ top, behavior: isCalm ? "instant" : "smooth" });
  }
}

export function neighbour(id, step) {
  const ids = [...state.lines.keys()];
  return ids[ids.indexOf(id) + step] ?? null;
}

function selectRange(id) {
  const ids = [...state.lines.keys()];
  const [from, to] = [ids.indexOf(currentId()), ids.indexOf(id)].sort((a, b) => a - b);
  for (const each of ids.slice(Math.max(from, 0), to + 1)) {
    if (state.lines.get(each).kind === "dialogue") select(each, { extend: true, quiet: true });
  }
}

// ------------------------------------------------------------------ what is spoken now

export function showSpoken(id) {
  for (const old of $("text").querySelectorAll(".line.spoken")) old.classList.remove("spoken");
  if (wrapped && wrapped.dataset.line !== id) unwrap();
  const element = id === null ? null : lineElement(id);
  if (!element) return;
  element.classList.add("spoken");
  if (Date.now() - moved > 4000) reveal(element);
}

// Put each word of a line into an element of its own; return the elements with their times.
export function wrapWords(id, words) {
  const element = lineElement(id);
  if (!element) return [];
  if (wrapped && wrapped !== element) unwrap();
  wrapped = element;
  const text = state.lines.get(id).text;
  const spans = [];
  const parts = [];
  let position = 0;
  for (const [start, end, time] of words) {
    const span = el("span", { className: "word" }, text.slice(start, end));
    parts.push(text.slice(position, start), span);
    spans.push({ element: span, time });
    position = end;
  }
  parts.push(text.slice(position));
  element.querySelector(".words").replaceChildren(...parts);
  return spans;
}

function unwrap() {
  const line = state.lines.get(wrapped.dataset.line);
  if (line) wrapped.querySelector(".words").textContent = line.text;
  wrapped = null;
}

// The word that the user has marked with the mouse or the keyboard, or an empty text.
export function selectedWords() {
  const marked = getSelection();
  if (marked.isCollapsed || !$("text").contains(marked.anchorNode)) return "";
  return marked.toString().replace(/\s+/g, " ").trim().slice(0, 200);
}

export function startText(play) {
  const text = $("text");
  text.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (!line || selectedWords() || state.book.is_preliminary) return;
    const id = line.dataset.line;
    if (event.shiftKey) return selectRange(id);
    if (event.ctrlKey || event.metaKey) return select(id, { extend: true });
    select(id, { focus: true });
    play(id);
  });
  const names = $("show-names");
  names.checked = recall("names", true);
  names.addEventListener("change", () => { remember("names", names.checked); applyChoices(); });
  $("show-skipped").addEventListener("change", applyChoices);
  for (const kind of ["wheel", "touchmove"]) {
    $("reader").addEventListener(kind, () => { moved = Date.now(); }, { passive: true });
  }
  applyChoices();
}

function applyChoices() {
  $("text").classList.toggle("with-names", $("show-names").checked);
  $("text").classList.toggle("with-skipped", $("show-skipped").checked);
}

// Who speaks in this chapter, those with most lines first.
export function listPresent() {
  const counts = new Map();
  for (const line of state.lines.values()) {
    if (line.kind === "dialogue" && line.speaker) counts.set(line.speaker, (counts.get(line.speaker) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([name, lines]) => ({ name, lines, character: findCharacter(name) }));
}
