// The whole book: pauses, loudness, what is read besides the story, and what players show.

import { send, upload } from "./connection.js";
import { $, el } from "./dom.js";
import { playPassage } from "./player.js";
import { currentId, drawWhenShown, state } from "./state.js";

function draw() {
  if (!state.book) return;
  const { options, notes, files } = state.book;
  const pane = $("pane-book");
  const focused = pane.contains(document.activeElement) ? document.activeElement.id : "";
  pane.replaceChildren(
    el("h2", {}, "Book"),
    drawPresets("Pauses", options.pauses_choices, options.pauses, (preset) => send("set_pauses", { preset }), "pauses"),
    drawPresets("Loudness", options.loudness_choices, options.loudness, (loudness) => send("set_options", { loudness }), "loudness"),
    el("div", { className: "fields" },
      ...choice("delivery", "Delivery", [["natural", "as the book says"], ["plain", "plain"]], options.delivery),
      ...choice("matter", "Front and back matter", [["skip", "leave out"], ["keep", "read"]], options.matter),
      ...choice("notes", "Notes", options.notes_choices.map((each) => [each, each]), options.notes),
      ...choice("credits", "Credits", [["false", "none"], ["true", "title, author and narrator"]], String(options.credits))),
    el("p", { className: "hint" }, "Loudness, matter, notes and credits are kept in narrator.toml, for all books of the folder."),
    el("h3", {}, "What players show"),
    drawCover(options),
    el("div", { className: "fields" }, ...Object.entries(options.about).flatMap(([key, value]) => field(key, value))),
    el("h3", {}, "Files beside the book"),
    el("p", {}, files.length ? files.join(", ") : "None yet: the first change makes one."),
    notes.length ? el("h3", {}, "Remarks") : null,
    el("ul", {}, ...notes.map((note) => el("li", {}, note))),
  );
  if (focused) $(focused)?.focus();
}

// A group of presets, each with a button that plays a passage in it.
function drawPresets(label, choices, value, choose, parameter) {
  return el("fieldset", { className: "presets" }, el("legend", {}, label),
    ...choices.map((name) => el("div", {},
      el("label", {},
        el("input", { type: "radio", id: `${parameter}-${name}`, name: parameter, value: name, checked: name === value, onchange: () => choose(name) }),
        ` ${name}`),
      el("button", { type: "button", className: "hear", "aria-label": `Hear a passage with ${label.toLowerCase()} ${name}`,
        onclick: () => playPassage(currentId(), { [parameter]: name }) }, "▶"))));
}

function choice(id, label, choices, value) {
  const select = el("select", { id: `option-${id}` }, ...choices.map(([key, text]) => el("option", { value: key }, text)));
  select.value = value;
  select.addEventListener("change", () => send("set_options", { [id]: id === "credits" ? select.value === "true" : select.value }));
  return [el("label", { for: `option-${id}` }, label), select];
}

const LABELS = { "series-index": "Number in the series", "narrated-by": "Narrated by", isbn: "ISBN", asin: "ASIN" };

function field(key, value) {
  const id = `about-${key}`;
  const input = key === "description"
    ? el("textarea", { id, maxLength: 5000, rows: 4, value })
    : el("input", { id, type: "text", maxLength: 500, value });
  input.addEventListener("change", () => send("set_about", { key, value: input.value }));
  return [el("label", { for: id }, LABELS[key] ?? key[0].toUpperCase() + key.slice(1)), input];
}

function drawCover(options) {
  const file = el("input", { id: "cover", type: "file", accept: "image/*" });
  file.addEventListener("change", () => { if (file.files[0]) upload("/api/cover", file.files[0]); });
  return el("div", { className: "cover" },
    options.has_cover ? el("img", { src: `/api/cover?${state.book.revision}`, alt: "Cover" }) : el("p", {}, "The book has no cover."),
    el("p", {}, el("label", { for: "cover" }, "Another cover: "), file, " ",
      options.is_own_cover ? el("button", { type: "button", onclick: () => send("set_about", { key: "cover", value: "" }) }, "That of the book") : null));
}

export function startSettings() {
  drawWhenShown("book", ["book"], draw);
}
