// The selected line: who says it and why, who else might, and how it is spoken.

import { send } from "./connection.js";
import { $, announce, el, formatShare } from "./dom.js";
import { count, t } from "./phrases.js";
import { play, stop } from "./player.js";
import { colourOf, currentId, currentLine, drawWhenShown, emit, nameOf, on, remember, state } from "./state.js";
import { openChapter, select } from "./text.js";

let proposals = [];
let queue = []; // ids of the uncertain lines, in the order in which j and k go through them

// ------------------------------------------------------------------ correcting

// Give the selected lines to a speaker, and let the first one be heard.
export async function setSpeaker(name) {
  const ids = state.selected.filter((id) => state.lines.get(id)?.kind !== "heading");
  if (!ids.length || !name) return;
  if (!state.book.can_correct) return;
  stop(); // or the selection would move on with the book, away from the line
  const result = await send("set_speaker", { lines: ids, speaker: name });
  if (!result) return;
  proposals = result.proposals;
  emit("line");
  announce(`${result.message} ${proposals.length ? count(proposals.length, "{count} more line may change.", "{count} more lines may change.") : ""}`);
  play(ids[0], { onlyThis: true });
}

export function chooseCandidate(number) {
  const candidate = currentLine()?.candidates[number - 1];
  if (candidate) setSpeaker(candidate.name);
}

async function acceptProposals(chosen) {
  const bySpeaker = new Map();
  for (const each of chosen) bySpeaker.set(each.speaker, [...(bySpeaker.get(each.speaker) || []), ...each.lines]);
  for (const [speaker, lines] of bySpeaker) await send("set_speaker", { lines, speaker });
  proposals = proposals.filter((each) => !chosen.includes(each));
  emit("line");
}

// ------------------------------------------------------------------ uncertain lines

export function orderQueue() {
  const lines = [...state.uncertain];
  if (state.weakestFirst) lines.sort((a, b) => a.confidence - b.confidence);
  queue = lines.map((each) => each.line);
}

export function toggleOrder() {
  state.weakestFirst = !state.weakestFirst;
  remember("weakest", state.weakestFirst);
  orderQueue();
  announce(t(state.weakestFirst ? "Weakest first" : "In order"));
  emit("line");
}

let lastVisited = null;

// Go to the next or previous uncertain line; corrected ones have left the queue.
export async function visitUncertain(step) {
  if (!queue.length) return announce(t("No speaker is uncertain."));
  const ids = queue;
  let index = ids.indexOf(currentId());
  if (index < 0) index = placeOf(lastVisited, step);
  else index += step;
  const id = ids[Math.max(0, Math.min(index, ids.length - 1))];
  const { chapter } = state.uncertain.find((each) => each.line === id);
  lastVisited = state.uncertain.find((each) => each.line === id);
  if (chapter !== state.chapter.number) await openChapter(chapter, { line: id, focus: true });
  else select(id, { focus: true, scroll: true });
}

// Where to go on in the queue after a line that has left it.
function placeOf(visited, step) {
  if (!visited) return step > 0 ? 0 : queue.length - 1;
  const byId = new Map(state.uncertain.map((each, index) => [each.line, { ...each, index }]));
  const comesAfter = (id) => {
    const each = byId.get(id);
    if (state.weakestFirst) return each.confidence >= visited.confidence;
    return compareIds(id, visited.line) > 0;
  };
  const next = queue.findIndex(comesAfter);
  if (next < 0) return step > 0 ? queue.length - 1 : queue.length - 1;
  return step > 0 ? next : Math.max(0, next - 1);
}

function compareIds(first, second) {
  const [a, b] = [first, second].map((id) => id.split(".").map(Number));
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

// ------------------------------------------------------------------ the pane

function draw() {
  const pane = $("pane-line");
  const line = currentLine();
  const focused = pane.contains(document.activeElement) ? document.activeElement.id : "";
  if (focused === "speaker-search" && $("speaker-search").value) return; // somebody is typing
  if (!line) return pane.replaceChildren(el("p", {}, t("Select a line.")));
  pane.replaceChildren(...[
    ...drawSpeaker(line),
    ...drawProposals(),
    drawDirections(line),
    drawInclusion(line),
    drawQueue(),
  ].filter(Boolean));
  if (focused) $(focused)?.focus();
}

function drawSpeaker(line) {
  const isSpeech = line.kind === "dialogue";
  const several = state.selected.length > 1 ? ` · ${count(state.selected.length, "{count} line", "{count} lines")}` : "";
  const name = isSpeech ? (line.speaker ?? t("Speaker unknown")) : line.kind === "heading" ? t("Heading") : nameOf(null);
  const parts = [
    el("h2", { className: "who", dir: "auto", data: { colour: isSpeech ? colourOf(line.speaker) : 0 } }, name + several),
    el("p", { className: "why" }, isSpeech && !line.speaker
      ? t("The narrator speaks it until somebody is chosen.")
      : [formatShare(line.confidence), line.reason].filter(Boolean).join(" · ")),
  ];
  if (line.kind === "heading") return parts;
  if (!state.book.can_correct) {
    parts.push(el("p", {}, t("This is an edited script: change the speaker in the script itself.")));
    return parts;
  }
  const buttons = line.candidates.map((candidate, index) =>
    el("button", {
      type: "button",
      className: "candidate",
      "aria-pressed": String(candidate.name === line.speaker),
      onclick: () => chooseCandidate(index + 1),
    }, el("kbd", {}, String(index + 1)), ` ${candidate.name} `, el("small", {}, candidate.share ? formatShare(candidate.share) : t("speaks nearby"))));
  buttons.push(el("button", {
    type: "button",
    className: "candidate",
    "aria-pressed": String(!isSpeech),
    onclick: () => setSpeaker("narrator"),
  }, el("kbd", {}, "n"), ` ${t("Nobody: the narrator tells it")}`));
  parts.push(el("div", { className: "candidates", role: "group", "aria-label": t("Who says it") }, ...buttons));
  parts.push(drawSearch());
  return parts;
}

// A field that finds a character by any of the names, or adds a new one.
function drawSearch() {
  const input = el("input", {
    id: "speaker-search",
    type: "text",
    autocomplete: "off",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "speaker-list",
    "aria-autocomplete": "list",
    maxLength: 200,
  });
  const list = el("ul", { id: "speaker-list", role: "listbox", "aria-label": t("Speakers"), hidden: true });
  let chosen = 0;
  const find = () => {
    const typed = input.value.trim().toLowerCase();
    const people = state.book.characters.filter((each) => each.name !== "narrator");
    const rank = (each) => {
      const names = [each.name, ...each.aliases].map((name) => name.toLowerCase());
      if (names.some((name) => name.startsWith(typed))) return 0;
      return names.some((name) => name.includes(typed)) ? 1 : 2;
    };
    const found = people.filter((each) => rank(each) < 2).sort((a, b) => rank(a) - rank(b)).slice(0, 8);
    const names = found.map((each) => ({ name: each.name, label: each.name, colour: each.colour }));
    const isNew = typed && !people.some((each) => each.name.toLowerCase() === typed);
    if (isNew) names.push({ name: input.value.trim(), label: t("New: {name}", { name: input.value.trim() }), colour: 0 });
    return names;
  };
  const show = () => {
    const names = find();
    chosen = Math.min(chosen, Math.max(names.length - 1, 0));
    list.replaceChildren(...names.map((each, index) => el("li", {
      id: `speaker-option-${index}`,
      role: "option",
      "aria-selected": String(index === chosen),
      data: { colour: each.colour },
      onmousedown: (event) => { event.preventDefault(); take(each.name); },
    }, each.label)));
    list.hidden = !names.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (names.length) input.setAttribute("aria-activedescendant", `speaker-option-${chosen}`);
    return names;
  };
  const hide = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); };
  const take = (name) => {
    hide();
    input.value = "";
    $("text").querySelector(".line[tabindex='0']")?.focus();
    setSpeaker(name);
  };
  input.addEventListener("input", () => { chosen = 0; show(); });
  input.addEventListener("focus", show);
  input.addEventListener("blur", hide);
  input.addEventListener("keydown", (event) => {
    const names = find();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + names.length) % Math.max(names.length, 1);
      show();
    } else if (event.key === "Enter" && names[chosen]) take(names[chosen].name);
    else if (event.key === "Escape") $("text").querySelector(".line[tabindex='0']")?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return el("div", { className: "search" },
    el("label", { for: "speaker-search" }, `${t("Somebody else")} `, el("kbd", {}, "s")), input, list);
}

function drawProposals() {
  if (!proposals.length) return [];
  const rows = proposals.map((each) => el("li", {},
    el("q", {}, each.text.slice(0, 60)), " → ",
    el("button", { type: "button", onclick: () => acceptProposals([each]) }, each.speaker),
  ));
  return [el("section", { className: "proposals", "aria-label": t("Other lines of this conversation") },
    el("h3", {}, t("Then these may change too")),
    el("ul", {}, ...rows),
    el("button", { type: "button", onclick: () => acceptProposals(proposals) }, t("Change all")), " ",
    el("button", { type: "button", onclick: () => { proposals = []; draw(); } }, t("Leave them")),
  )];
}

const COMMON_MANNERS = ["whisper", "shout", "slow"]; // have a button each; the rest are in the list
const PAUSE_STEPS = [0.5, 1, 2]; // seconds that a button sets

function drawDirections(line) {
  const id = line.id;
  const manner = el("select", { id: "manner" },
    el("option", { value: "" }, `${t("as the book says")}${line.manner ? "" : ` (${t(line.found_manner || "plain")})`}`),
    ...state.book.manners.map((name) => el("option", { value: name }, t(name))));
  manner.value = line.manner;
  manner.addEventListener("change", () => change(id, { manner: manner.value || null }));
  const pause = el("input", { id: "pause", type: "number", min: 0, max: 20, step: 0.1, placeholder: t("as usual") });
  pause.value = line.pause ?? "";
  pause.addEventListener("change", () => change(id, { pause: pause.value === "" ? null : Number(pause.value) }));
  const say = el("input", { id: "say", type: "text", maxLength: 2000, placeholder: line.text.slice(0, 60) });
  say.value = line.say ?? "";
  say.addEventListener("change", () => change(id, { say: say.value || null }));
  return el("section", { className: "directions", "aria-label": t("How it is spoken") },
    el("h3", {}, t("How it is spoken")),
    el("div", { className: "choices", role: "group", "aria-label": t("Manner") },
      ...COMMON_MANNERS.map((name) => toggle(t(name), line.manner === name, () => change(id, { manner: line.manner === name ? null : name }))),
      el("button", { type: "button", id: "again", onclick: () => speakAgain(id) }, `${t("Another take")} `, el("kbd", {}, "a")),
      line.take ? el("button", { type: "button", onclick: () => change(id, { take: null }) }, t("Take {number}: back to the first", { number: line.take })) : null),
    el("details", { open: keepOpen || Boolean(line.say) || hasOddDirections(line), ontoggle: (event) => { keepOpen = event.target.open; } },
      el("summary", {}, t("More directions")),
      el("div", { className: "fields" },
        el("label", { for: "manner" }, t("Manner")), manner,
        el("label", { for: "pause" }, t("Pause after, in seconds")),
        el("span", { className: "pair" }, pause, ...PAUSE_STEPS.map((seconds) =>
          toggle(`${seconds} s`, line.pause === seconds, () => change(id, { pause: line.pause === seconds ? null : seconds })))),
        el("label", { for: "say" }, t("Say instead")), say,
        el("button", { type: "button", onclick: () => play(id, { onlyThis: true }) }, t("Hear the line")))));
}

const toggle = (label, isOn, onclick) => el("button", { type: "button", "aria-pressed": String(isOn), onclick }, label);

const hasOddDirections = (line) =>
  Boolean(line.manner && !COMMON_MANNERS.includes(line.manner)) || (line.pause !== undefined && line.pause !== null);

// Let a line be spoken once more in another way, and let that be heard.
export async function speakAgain(id = currentId()) {
  if (!id || !state.book.can_correct) return;
  stop();
  if (await send("speak_again", { line: id })) play(id, { onlyThis: true });
}

let keepOpen = false;

async function change(line, values) {
  stop();
  if (await send("set_directions", { line, ...values })) play(line, { onlyThis: true });
}

// Text that was left out until the user took it in can be left out again.
function drawInclusion(line) {
  if (line.included === null || line.included === undefined) return null;
  return el("p", { className: "inclusion" }, `${t("You included this text. Otherwise it is left out: {reason}.", { reason: line.included_reason })} `,
    el("button", { type: "button", onclick: () => send("include_passage", { start: line.included, is_included: false }) }, t("Leave it out")));
}

function drawQueue() {
  const total = state.uncertain.length;
  const place = queue.indexOf(currentId());
  const where = place >= 0 ? t("{place} of {count}", { place: place + 1, count: total }) : `${total}`;
  return el("section", { className: "queue", "aria-label": t("Uncertain lines") },
    el("p", {}, total ? t("Uncertain: {where}", { where }) : t("No speaker is uncertain.")),
    el("button", { type: "button", onclick: () => visitUncertain(-1), disabled: !total }, `${t("Previous")} `, el("kbd", {}, "k")), " ",
    el("button", { type: "button", onclick: () => visitUncertain(1), disabled: !total }, `${t("Next")} `, el("kbd", {}, "j")), " ",
    el("button", { type: "button", onclick: toggleOrder, disabled: !total },
      `${t(state.weakestFirst ? "Weakest first" : "In order")} `, el("kbd", {}, "o")));
}

export function startLine() {
  drawWhenShown("line", ["select", "line", "book", "uncertain"], draw);
  on("lines", (changed) => { if (changed[currentId()]) emit("line"); });
  on("select", () => { if (proposals.length && !state.lines.has(proposals[0].lines[0])) proposals = []; });
}

