// The cast: characters, their voices, a tray of voices that would suit, and sliders.

import { get, send } from "./connection.js";
import { $, debounce, el, showProblem } from "./dom.js";
import { count, t } from "./phrases.js";
import { playOnce, stop } from "./player.js";
import { drawWhenShown, findCharacter, nameOf, state } from "./state.js";
import { listPresent, openChapter } from "./text.js";

let opened = null; // the name of the character whose voices are shown
let tray = null; // the TrayView of that character
let allVoices = []; // VoiceViews of all voices, as they were when the list was last open
const openParts = new Set(); // what is unfolded, and stays so when the pane is drawn again
let listening = 0; // counts auditions, so that a new one ends a series

const path = (values) => `/api/audition?${new URLSearchParams(values)}`;

async function openCharacter(name) {
  opened = opened === name ? null : name;
  tray = null;
  draw();
  if (!opened) return;
  tray = await get(`/api/tray?character=${encodeURIComponent(name)}`).catch(report);
  if (opened === name) draw();
}

function report(error) {
  showProblem(error.problem ?? { message: error.message });
  return null;
}

async function hear(character, voice, values = {}) {
  listening += 1;
  return playOnce(path({ character, voice, ...values }));
}

// Let all voices of the tray speak the same line, one after the other.
async function hearAll(character) {
  const mine = ++listening;
  for (const voice of tray.voices) {
    if (mine !== listening || opened !== character) return;
    const card = $(`voice-${voice.name}`);
    card?.classList.add("speaking");
    const isHeard = await playOnce(path({ character, voice: voice.name }));
    card?.classList.remove("speaking");
    if (!isHeard) return;
  }
}

async function choose(character, voice, values = {}) {
  const result = await send("choose_voice", { character, voice, ...values });
  if (result) hear(character, voice, values);
}

// ------------------------------------------------------------------ drawing

function draw() {
  if (!state.book) return;
  const pane = $("pane-cast");
  const focused = pane.contains(document.activeElement) ? document.activeElement.id : "";
  const top = pane.scrollTop;
  const present = new Set(listPresent().map((each) => each.name));
  pane.replaceChildren(
    el("h2", {}, t("Cast")),
    el("p", { className: "hint" }, t("Those in this chapter are marked with a dot. A choice changes nobody else’s voice.")),
    drawImport(),
    el("ul", { className: "cast" }, ...state.book.characters.map((each) => drawCharacter(each, present))),
  );
  pane.scrollTop = top;
  if (focused) ($(focused) ?? $(focused.replace("fetch-", "choose-")))?.focus();
}

// Other books whose voices may be taken over, listed when they are asked for.
function drawImport() {
  const details = el("details", { className: "import" }, el("summary", {}, t("Another book of the series")));
  details.addEventListener("toggle", async () => {
    if (!details.open || details.childElementCount > 1) return;
    const library = await get("/api/library").catch(report);
    const others = (library?.books ?? []).filter((book) => book.title !== state.book.title);
    details.append(others.length
      ? el("ul", {}, ...others.map((book) => el("li", {}, `${book.title} `,
        el("button", {
          type: "button",
          "aria-label": `${t("Take over its voices")}: ${book.title}`,
          onclick: () => send("import_cast", { number: book.number }),
        }, t("Take over its voices")))))
      : el("p", {}, t("Open the other book once, so that it is in the list.")));
  });
  return details;
}

function idOf(prefix, name) {
  return `${prefix}-${state.book.characters.findIndex((each) => each.name === name)}`;
}

function drawCharacter(character, present) {
  const { name, voice } = character;
  const isOpen = opened === name;
  const about = [character.gender, character.age].filter(Boolean).map((word) => t(word)).join(", ");
  const row = el("div", { className: "row" },
    el("button", {
      id: idOf("character", name),
      type: "button",
      className: "character",
      "aria-expanded": String(isOpen),
      data: { colour: character.colour },
      onclick: () => openCharacter(name),
    },
    el("span", { className: "who", dir: "auto" }, nameOf(name), present.has(name) ? el("span", { className: "dot", title: t("in this chapter") }, " •") : null),
    el("small", {}, `${count(character.lines, "{count} line", "{count} lines")}${about ? ` · ${about}` : ""}${character.uncertain ? ` · ${t("{count} uncertain", { count: character.uncertain })}` : ""}`),
    el("small", { className: "voice" }, `${voice.name}${character.is_chosen ? `, ${t("chosen")}` : ""}`)),
    el("button", {
      id: idOf("hear", name),
      type: "button",
      className: "hear",
      "aria-label": t("Hear {name}", { name: nameOf(name) }),
      onclick: () => hear(name, voice.name, ownValues(voice)),
    }, "▶"));
  const parts = [row];
  if (character.warning) {
    parts.push(el("p", { className: "warning" }, el("span", { lang: "en" }, `${character.warning}. `), character.proposal
      ? el("button", { type: "button", onclick: () => choose(name, character.proposal) }, t("Use {name}", { name: character.proposal }))
      : el("small", {}, t("No voice here differs more; others may be fetched."))));
  }
  if (isOpen) parts.push(drawVoices(character));
  return el("li", {}, ...parts);
}

const ownValues = (voice) => ({ rate: voice.rate, pitch: voice.pitch, volume: voice.volume });

function drawVoices(character) {
  const { name } = character;
  const parts = [];
  if (tray) {
    parts.push(
      el("blockquote", { dir: "auto", lang: state.book.language }, tray.text),
      el("div", { className: "tray", role: "group", "aria-label": t("Voices for {name}", { name: nameOf(name) }) },
        ...tray.voices.map((voice) => drawCard(character, voice))),
      el("p", {}, el("button", { type: "button", onclick: () => hearAll(name) }, t("Hear them all")), " ",
        el("button", { type: "button", onclick: stop }, t("Stop")), " ",
        character.is_chosen ? el("button", { type: "button", onclick: () => send("choose_voice", { character: name, voice: null }) }, t("Choose automatically")) : null),
      drawSliders(character),
      drawOtherVoices(character),
    );
  } else parts.push(el("p", {}, t("Finding voices…")));
  if (name !== "narrator") parts.push(drawDescription(character));
  return el("div", { className: "voices" }, ...parts);
}

function drawCard(character, voice) {
  const isHis = voice.name === character.voice.name;
  const about = [voice.gender, voice.age].filter(Boolean).map((word) => t(word)).concat(voice.accent || []).join(", ");
  const others = voice.users.filter((name) => name !== character.name);
  return el("div", { id: `voice-${voice.name}`, className: isHis ? "card his" : "card" },
    el("button", {
      type: "button",
      className: "choose",
      "aria-pressed": String(isHis),
      title: voice.description,
      onclick: () => choose(character.name, voice.name),
    }, el("strong", {}, voice.name), el("small", {}, about), others.length ? el("small", {}, t("also {names}", { names: others.slice(0, 2).map(nameOf).join(", ") })) : null),
    el("button", {
      type: "button",
      className: "hear",
      "aria-label": t("Hear {name}", { name: voice.name }),
      onclick: () => hear(character.name, voice.name),
    }, "▶"));
}

function drawSliders(character) {
  const { voice, name } = character;
  const sliders = [
    ["pitch", t("Pitch"), t("semitones"), -6, 6, 0.5],
    ["rate", t("Rate"), t("words a minute"), Math.round(voice.rate * 0.7), Math.round(voice.rate * 1.4), 1],
    ["volume", t("Level"), t("decibels"), -9, 9, 0.5],
  ];
  const inputs = {};
  const values = () => Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, Number(input.value)]));
  const listen = debounce(() => hear(name, voice.name, values()), 250);
  const fields = sliders.flatMap(([key, label, unit, min, max, step]) => {
    const id = `slider-${key}`;
    const output = el("output", { for: id }, `${voice[key]} ${unit}`);
    const input = el("input", { id, type: "range", min, max, step });
    input.value = voice[key];
    input.addEventListener("input", () => { output.textContent = `${input.value} ${unit}`; });
    input.addEventListener("change", listen);
    inputs[key] = input;
    return [el("label", { for: id }, label), input, output];
  });
  return makePart("sliders", "sliders", t("Adjust {name}", { name: voice.name }),
    el("div", { className: "grid" }, ...fields),
    el("button", { type: "button", id: "keep-adjustments", onclick: () => send("choose_voice", { character: name, voice: voice.name, ...values() }) }, t("Keep")),
    drawDelivery(character));
}

// Whether a character whispers and shouts as the book says, whatever all others do.
function drawDelivery(character) {
  const { voice, name } = character;
  const select = el("select", { id: "delivery" },
    el("option", { value: "" }, t("like the whole book")),
    el("option", { value: "natural" }, t("as the book says")),
    el("option", { value: "plain" }, t("plain")));
  select.value = character.delivery;
  select.addEventListener("change", () => choose(name, voice.name, { ...ownValues(voice), delivery: select.value }));
  return el("div", { className: "fields" }, el("label", { for: "delivery" }, t("Delivery")), select);
}

// A part that can be unfolded, and remembers whether it was.
function makePart(key, className, title, ...children) {
  const part = el("details", { className, open: openParts.has(key) }, el("summary", { id: `part-${key}` }, title), ...children);
  part.addEventListener("toggle", () => { if (part.open) openParts.add(key); else openParts.delete(key); });
  return part;
}

function drawOtherVoices(character) {
  const list = el("ul", {});
  const fill = () => {
    const focused = list.contains(document.activeElement) ? document.activeElement.id : "";
    list.replaceChildren(...allVoices.map((voice) => drawOtherVoice(character, voice)));
    if (focused) ($(focused) ?? $(focused.replace("fetch-", "choose-")))?.focus();
  };
  const part = makePart("others", "others", t("All voices"), list);
  part.addEventListener("toggle", async () => {
    if (!part.open) return;
    allVoices = (await get("/api/voices").catch(report)) ?? [];
    fill();
  });
  fill();
  return part;
}

function drawOtherVoice(character, voice) {
  const about = [voice.engine, ...[voice.gender, voice.age].filter(Boolean).map((word) => t(word)), voice.accent].filter(Boolean).join(", ");
  const users = voice.users.length ? ` · ${voice.users.map(nameOf).join(", ")}` : "";
  if (!voice.is_ready) {
    return el("li", {}, el("strong", {}, voice.name), el("small", {}, ` ${about}${users}`), " ",
      voice.can_fetch
        ? el("button", { type: "button", id: `fetch-${voice.name}`, onclick: () => send("fetch_voice", { voice: voice.name }) }, t("Fetch"))
        : el("small", { lang: "en" }, ` ${voice.problem}`));
  }
  return el("li", {}, el("strong", {}, voice.name), el("small", {}, ` ${about}${users}`), " ",
    el("button", { type: "button", id: `hear-other-${voice.name}`, onclick: () => hear(character.name, voice.name), "aria-label": t("Hear {name}", { name: voice.name }) }, "▶"), " ",
    el("button", { type: "button", id: `choose-${voice.name}`, onclick: () => choose(character.name, voice.name) }, t("Choose")));
}

function drawDescription(character) {
  const { name } = character;
  const rename = el("input", { id: "rename", type: "text", maxLength: 200, value: name });
  const gender = makeSelect("gender", ["", "female", "male"], character.gender);
  const age = makeSelect("age", ["", "child", "young", "adult", "old"], character.age);
  gender.addEventListener("change", () => send("describe_character", { character: name, gender: gender.value }));
  age.addEventListener("change", () => send("describe_character", { character: name, age: age.value }));
  const others = state.book.characters.filter((each) => each.name !== name && each.name !== "narrator");
  const into = el("select", { id: "into" }, el("option", { value: "" }, "…"),
    ...others.map((each) => el("option", { value: each.name }, each.name)));
  const merge = async () => {
    if (into.value && await send("merge_characters", { name, into: into.value })) openCharacter(into.value);
  };
  const renameTo = async () => {
    const newName = rename.value.trim();
    if (newName && newName !== name && await send("describe_character", { character: name, name: newName })) opened = newName;
  };
  return makePart("about", "description", t("About {name}", { name }),
    el("div", { className: "fields" },
      el("label", { for: "rename" }, t("Name")),
      el("span", { className: "pair" }, rename, el("button", { type: "button", onclick: renameTo }, t("Rename"))),
      el("label", { for: "gender" }, t("Gender")), gender,
      el("label", { for: "age" }, t("Age")), age,
      el("label", { for: "into" }, t("The same person as")),
      el("span", { className: "pair" }, into, el("button", { type: "button", onclick: merge }, t("Merge")))),
    character.aliases.length ? el("p", { className: "hint" }, t("Also called {names}.", { names: character.aliases.join(", ") })) : null,
    el("p", { className: "hint" }, t("To split two people, select lines with shift or ctrl, and type the new name with s.")),
    el("p", {}, `${t("Speaks in:")} `, ...character.chapters.slice(0, 40).map((number) =>
      el("button", { type: "button", className: "small", onclick: () => openChapter(number) }, String(number)))));
}

function makeSelect(id, values, value) {
  const select = el("select", { id }, ...values.map((each) => el("option", { value: each }, t(each || "unknown"))));
  select.value = value;
  return select;
}

async function drawAgain() {
  if (opened && !findCharacter(opened)) { opened = null; tray = null; }
  draw();
  const name = opened;
  if (!name) return;
  const view = await get(`/api/tray?character=${encodeURIComponent(name)}`).catch(() => null);
  if (view && opened === name) { tray = view; draw(); }
}

export function startCast() {
  drawWhenShown("cast", ["book"], drawAgain);
  drawWhenShown("cast", ["chapter"], draw);
}
