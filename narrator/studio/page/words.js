// How words are said: one that the user types or marks, and names whose sounds are a guess.

import { get, send } from "./connection.js";
import { $, debounce, el, showProblem } from "./dom.js";
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
  const count = uses ? `In ${uses.lines} ${uses.lines === 1 ? "line" : "lines"}.` : "";
  const keep = async (say) => { if (await send("set_pronunciation", { word, say })) setWord(word); };
  pane.replaceChildren(
    el("h2", {}, "Words"),
    el("p", { className: "hint" }, "Mark a word in the text and press w, or type it here."),
    el("div", { className: "fields" },
      el("label", { for: "word" }, "Word"), wordField,
      el("label", { for: "word-say" }, "Say it as"), sayField),
    el("p", { role: "status" }, count),
    el("p", {},
      el("button", { type: "button", disabled: !word, onclick: () => playOnce(saying({ word, say: sayField.value })) }, "Hear the word"), " ",
      el("button", { type: "button", disabled: !line, onclick: () => playOnce(saying({ word, say: sayField.value, line })) }, "Hear a line with it"), " ",
      el("button", { type: "button", disabled: !word, onclick: () => sayField.value.trim() && keep(sayField.value) }, "Keep"), " ",
      uses?.say ? el("button", { type: "button", onclick: () => keep(null) }, "As written") : null),
    el("p", {}, ...(uses?.examples ?? []).map((id) => el("button", {
      type: "button", className: "small", onclick: () => openChapter(Number(id.split(".")[0]), { line: id }),
    }, id))),
    el("h3", {}, "Names whose sounds are a guess"),
    uncertain ? drawUncertain() : el("button", { type: "button", onclick: listUncertain }, "List them"),
  );
  if (focused) restoreFocus(focused, wordField);
}

function restoreFocus(id, wordField) {
  const element = $(id);
  element?.focus();
  if (element === wordField) element.setSelectionRange(element.value.length, element.value.length);
}

function drawUncertain() {
  if (!uncertain.length) return el("p", {}, "There are none.");
  return el("ul", { className: "names" }, ...uncertain.map((each) => el("li", {},
    el("button", { type: "button", "aria-label": `Hear ${each.word}`, onclick: () => playOnce(saying({ word: each.word, say: each.say })) }, "▶"), " ",
    el("button", { type: "button", className: "plain", onclick: () => { setWord(each.word); $("word-say")?.focus(); } }, each.word),
    el("small", {}, ` ${each.lines} lines${each.say ? ` · “${each.say}”` : ""}`))));
}

export function startWords() {
  draw();
  drawWhenShown("words", ["book"], () => { if (uncertain) listUncertain(); else if (word) setWord(word); });
  on("tab", (name) => { if (name === "words") takeMarkedWords(); });
}

