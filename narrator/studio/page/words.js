// How words are said: one that the user types or marks, and names whose sounds are a guess.

import { get, send } from "./connection.js";
import { $, debounce, el, showProblem } from "./dom.js";
import { count, t } from "./phrases.js";
import { playOnce } from "./player.js";
import { drawWhenShown, on } from "./state.js";
import { openChapter, selectedWords } from "./text.js";

let word = "";
let uses = null; // a WordView
let uncertain = null;

const saying = (values) => `/api/saying?${new URLSearchParams(values)}`;

export function takeMarkedWords() {
  const marked = selectedWords();
  if (marked) setWord(marked);
}

async function setWord(text) {
  word = text.trim();
  uses = word ? await get(`/api/words/uses?word=${encodeURIComponent(word)}`).catch(() => null) : null;
  draw();
}

async function listUncertain() {
  uncertain = (await get("/api/words/uncertain").catch((error) => { showProblem(error.problem); return null; }))?.words;
  draw();
}

function draw() {
  const pane = $("pane-words");
  const focused = pane.contains(document.activeElement) ? document.activeElement.id : "";
  const wordField = el("input", { id: "word", type: "text", maxLength: 200, autocomplete: "off", value: word });
  wordField.addEventListener("input", debounce(() => setWord(wordField.value), 300));
  const sayField = el("input", { id: "word-say", type: "text", maxLength: 200, autocomplete: "off", value: uses?.say ?? "" });
  const line = uses?.examples[0] ?? "";
  const found = uses ? count(uses.lines, "In {count} line.", "In {count} lines.") : "";
  const keep = async (say) => { if (await send("set_pronunciation", { word, say })) setWord(word); };
  pane.replaceChildren(
    el("h2", {}, t("Words")),
    el("p", { className: "hint" }, t("Mark a word in the text and press w, or type it here.")),
    el("div", { className: "fields" },
      el("label", { for: "word" }, t("Word")), wordField,
      el("label", { for: "word-say" }, t("Say it as")), sayField),
    el("p", { role: "status" }, found),
    el("p", {},
      el("button", { type: "button", disabled: !word, onclick: () => playOnce(saying({ word, say: sayField.value })) }, t("Hear the word")), " ",
      el("button", { type: "button", disabled: !line, onclick: () => playOnce(saying({ word, say: sayField.value, line })) }, t("Hear a line with it")), " ",
      el("button", { type: "button", disabled: !word, onclick: () => sayField.value.trim() && keep(sayField.value) }, t("Keep")), " ",
      uses?.say ? el("button", { type: "button", onclick: () => keep(null) }, t("As written")) : null),
    el("p", {}, ...(uses?.examples ?? []).map((id) => el("button", {
      type: "button", className: "small", onclick: () => openChapter(Number(id.split(".")[0]), { line: id }),
    }, id))),
    el("h3", {}, t("Names whose sounds are a guess")),
    uncertain ? drawUncertain() : el("button", { type: "button", onclick: listUncertain }, t("List them")),
  );
  if (focused) restoreFocus(focused, wordField);
}

function restoreFocus(id, wordField) {
  const element = $(id);
  element?.focus();
  if (element === wordField) element.setSelectionRange(element.value.length, element.value.length);
}

function drawUncertain() {
  if (!uncertain.length) return el("p", {}, t("There are none."));
  return el("ul", { className: "names" }, ...uncertain.map((each) => el("li", {},
    el("button", { type: "button", "aria-label": t("Hear {name}", { name: each.word }), onclick: () => playOnce(saying({ word: each.word, say: each.say })) }, "▶"), " ",
    el("button", { type: "button", className: "plain", onclick: () => { setWord(each.word); $("word-say")?.focus(); } }, each.word),
    el("small", {}, ` ${count(each.lines, "{count} line", "{count} lines")}${each.say ? ` · “${each.say}”` : ""}`))));
}

export function startWords() {
  draw();
  drawWhenShown("words", ["book"], () => { if (uncertain) listUncertain(); else if (word) setWord(word); else draw(); });
  on("tab", (name) => { if (name === "words") takeMarkedWords(); });
}

